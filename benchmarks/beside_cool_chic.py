"""`inrcodec encode` beside Cool-chic, both on one thread: bits, PSNR and CPU seconds at the same lambdas.

    python benchmarks/beside_cool_chic.py path/to/Cool-Chic k03.png k05.png --rows rows.jsonl

Cool-chic 5.0.1 (https://github.com/Orange-OpenSource/Cool-Chic) runs with this Python, in its decoder configuration
`lop` with 2,000 iterations, and needs einops, fvcore, ConfigArgParse and torchvision (of which a picture's encode calls
`to_tensor` alone). Every number is of a file, decoded by another process; CPU seconds are of whole processes. A row
takes minutes: it is kept in `--rows`, and a run that is repeated goes on behind the last one. Prints Markdown tables:
the rows, and Bjontegaard rates against Cool-chic beside the CPU seconds' ratio.
"""

import argparse
import itertools
import json
import math
import os
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from time_to_quality import timed

from inrcodec.fitting.presets import LAMBDA_AT_0, QUALITIES_PER_DECADE
from inrcodec.images import load_rgb
from inrcodec.metrics.bjontegaard import bd_rate
from inrcodec.metrics.quality import psnr_db

LAMBDAS = (4e-4, 1e-3, 4e-3, 2e-2)
ITERATIONS = 2000
PEER = "cool-chic"
OURS = {f"effort {effort}": ["--effort", str(effort)] for effort in (9, 7, 4)}


def commands(codec: str, checkout: Path, picture: Path, folder: Path, rate_weight: float) -> tuple[list, list, Path]:
    """What encodes, what decodes into decoded.png, and the file between them."""
    decoded = folder / "decoded.png"
    if codec == PEER:
        coded = folder / "x.cool"
        settings = ["--lmbda", rate_weight, "--n_itr", ITERATIONS]
        settings += ["--dec_cfg_residue", checkout / "cfg/dec/intra/lop.cfg", "--workdir", folder / "work"]
        (folder / "work").mkdir()
        encode = [checkout / "cc_encode.py", "-i", picture, "-o", coded, *settings]
        decode = [checkout / "cc_decode.py", "-i", coded, "-o", decoded]
        return [sys.executable, *encode], [sys.executable, *decode], coded
    coded, program = folder / "x.inr", [sys.executable, "-m", "inrcodec"]
    quality = QUALITIES_PER_DECADE * math.log10(LAMBDA_AT_0 / rate_weight)
    encode = ["encode", picture, coded, "--quality", quality, *OURS[codec]]
    return [*program, *encode], [*program, "decode", coded, decoded], coded


def row(codec: str, checkout: Path, picture: Path, rate_weight: float) -> dict:
    """Encode, decode, score."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        encode, decode, coded = commands(codec, checkout.resolve(), picture.resolve(), folder, rate_weight)
        environment = os.environ | {"OMP_NUM_THREADS": "1"}
        _, encode_cpu_s = timed(encode, cwd=folder, env=environment)
        decode_s, decode_cpu_s = timed(decode, cwd=folder, env=environment)
        original, decoded = load_rgb(picture), load_rgb(folder / "decoded.png")
        bits = 8 * coded.stat().st_size
    facts = {"codec": codec, "picture": picture.stem, "rate_weight": rate_weight, "encode_cpu_s": encode_cpu_s}
    facts |= {"decode_cpu_s": decode_cpu_s, "decode_s": decode_s}
    return facts | {"bpp": bits / (original.shape[0] * original.shape[1]), "psnr_db": psnr_db(original, decoded)}


def measured(rows: Path, checkout: Path, pictures: list[Path]) -> list[dict]:
    """Every row, those that are not there yet being made; picture after picture, so that a run cut short is of use."""
    known = [json.loads(line) for line in rows.read_text().splitlines()] if rows.exists() else []
    there = {(r["codec"], r["picture"], r["rate_weight"]) for r in known}
    for picture, rate_weight, codec in itertools.product(pictures, LAMBDAS, (PEER, *OURS)):
        if (codec, picture.stem, rate_weight) not in there:
            known.append(row(codec, checkout, picture, rate_weight))
            with rows.open("a") as file:
                file.write(json.dumps(known[-1]) + "\n")
            print(known[-1], file=sys.stderr, flush=True)
    return known


def report(rows: list[dict]) -> None:
    print("| picture | lambda | codec | bpp | PSNR dB | encode CPU s | decode CPU s | decode s |")
    print("| --- " * 8 + "|")
    for r in rows:
        cells = [r["picture"], f"{r['rate_weight']:g}", r["codec"], f"{r['bpp']:.3f}", f"{r['psnr_db']:.2f}"]
        cells += [f"{r['encode_cpu_s']:.0f}", f"{r['decode_cpu_s']:.2f}", f"{r['decode_s']:.2f}"]
        print(f"| {' | '.join(cells)} |")
    curves = defaultdict(list)
    for r in rows:
        curves[r["picture"], r["codec"]].append(r)
    print(f"\n| picture | codec | BD-rate against {PEER} | of its encode CPU s | of its decode CPU s |")
    print("| --- " * 5 + "|")
    for (picture, codec), curve in curves.items():
        anchor = curves[picture, PEER]
        if codec != PEER and len(curve) == len(anchor) == len(LAMBDAS):
            rates = [[[r[key] for r in points] for key in ("bpp", "psnr_db")] for points in (anchor, curve)]
            ratios = [
                sum(r[key] for r in curve) / sum(r[key] for r in anchor) for key in ("encode_cpu_s", "decode_cpu_s")
            ]
            percent = bd_rate(*rates[0], *rates[1]).percent
            print(f"| {picture} | {codec} | {percent:+.1f} % | {ratios[0]:.2f} | {ratios[1]:.2f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkout", type=Path, help="of Cool-chic")
    parser.add_argument("pictures", type=Path, nargs="+")
    parser.add_argument("--rows", type=Path, required=True, help="where rows are kept, one JSON object a line")
    options = parser.parse_args()
    report(measured(options.rows, options.checkout, options.pictures))


if __name__ == "__main__":
    main()
