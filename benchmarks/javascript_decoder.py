"""The decoder in JavaScript on pictures of 768 x 512: milliseconds of processor time, of a fresh Node each.

    python benchmarks/javascript_decoder.py

Of random parameters of the tutorial's network (three layers of 128, 16 frequencies) and of others, and of a photograph
as a pyramid: parsing, a coarse view (96 x 64), the whole picture; with the kernel and without. Medians of several runs;
the samples are compared with the Python decoder's. Prints a Markdown table.
"""

import hashlib
import json
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

import inrcodec
from inrcodec import viewer
from inrcodec.bitstream import container
from inrcodec.datasets import load_picture
from inrcodec.representations import REPRESENTATIONS

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))
from javascript_decoder import NODE  # noqa: E402
from variants import picture  # noqa: E402

RUNS = 5
SIZE = (768, 512)
NETWORKS = {
    "positional, 3 x 128": ("positional", {"hidden_features": 128, "hidden_layers": 3, "frequencies": 16}),
    "siren, 3 x 48": ("siren", {"hidden_features": 48, "hidden_layers": 3}),
    "fourier, 3 x 64": ("fourier", {"hidden_features": 64, "hidden_layers": 3}),
    "hash_grid, 2 x 32": ("hash_grid", {"hidden_features": 32, "hidden_layers": 2}),
}
SCRIPT = """
const [decoder, file, kernel, ...priors] = process.argv.slice(1), { readFileSync } = require("node:fs");
require(decoder);
for (const prior of priors) require(prior);
inr.useWebAssembly(kernel === "true");
const milliseconds = [], timed = (work) => {
  const start = process.cpuUsage(), result = work(), { user, system } = process.cpuUsage(start);
  milliseconds.push((user + system) / 1000);
  return result;
};
const picture = timed(() => inr.parse(new Uint8Array(readFileSync(file))));
timed(() => picture.samples({ virtualWidth: 96, virtualHeight: 64 }));
const samples = timed(() => picture.samples());
const { createHash } = require("node:crypto");
console.log(JSON.stringify({ milliseconds, sha256: createHash("sha256").update(samples).digest("hex") }));
"""


def files() -> dict[str, bytes]:
    """What is decoded, by what it is."""
    found = {}
    for name, (kind, settings) in NETWORKS.items():
        found[name] = container.write(picture(REPRESENTATIONS[kind](**settings), *SIZE))
    photograph = load_picture({"kind": "packaged"}, "coffee", None, Path())
    resized = np.asarray(Image.fromarray(photograph).resize(SIZE, Image.Resampling.LANCZOS))
    found["pyramid, quality 50"] = inrcodec.encode(resized, quality=50, effort=1)
    return found


def measured(path: Path, kernel: bool, priors: list[Path], sha256: str) -> list[float]:
    """Medians of the milliseconds of parsing, of the coarse view and of the whole picture."""
    decoder = Path(viewer.__file__).parent / "decoder.js"
    runs = []
    for _ in range(RUNS):
        command = [NODE, "-e", SCRIPT, decoder, path, json.dumps(kernel), *priors]
        done = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        assert done["sha256"] == sha256, f"{path}: samples differ from the Python decoder's"
        runs.append(done["milliseconds"])
    return [statistics.median(column) for column in zip(*runs, strict=True)]


def main() -> None:
    print(f"{platform.machine()}, medians of {RUNS}, milliseconds of processor time\n")
    print("| 768 x 512 | bytes | kernel | parse | coarse view, 1/8 | whole | together |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files().items():
            path, number = Path(folder) / "x.inr", inrcodec.info(data).get("prior", 0)
            path.write_bytes(data)
            scripts = [Path(folder) / f"prior-{number}.js"] if number else []
            for script in scripts:
                script.write_text(viewer.prior_script(number))
            sha256 = digest(inrcodec.decode(data))
            for kernel in (True, False):
                parse, coarse, whole = measured(path, kernel, scripts, sha256)
                cells = f"{parse:.0f} | {coarse:.0f} | {whole:.0f} | {parse + coarse + whole:.0f}"
                print(f"| {name} | {len(data)} | {'yes' if kernel else 'no'} | {cells} |", flush=True)


def digest(samples: np.ndarray) -> str:
    return hashlib.sha256(samples.tobytes()).hexdigest()


if __name__ == "__main__":
    main()
