"""Pictures as small neural networks. `encode`, `decode`, `info`; `BitstreamError`, `InputError`, `PictureWarning`."""

from importlib import import_module
from typing import Any

_HOMES = {
    "encode": "inrcodec.api",
    "decode": "inrcodec.api",
    "info": "inrcodec.api",
    "Limits": "inrcodec.decoding.decoder",
    "BitstreamError": "inrcodec.bitstream.errors",
    "InputError": "inrcodec.files",
    "PictureWarning": "inrcodec.notes",
    "register_inr_opener": "inrcodec.pillow_plugin",
}
__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    """Import on first use, so that `import inrcodec` costs nothing and no script runs code it does not need."""
    if name not in _HOMES:
        raise AttributeError(f"module 'inrcodec' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
