"""Functions of somebody's own in a study: `representation: my_net.py:MyNet`, or `package.module:MyNet`.

Nothing of theirs is imported while a run is planned; what a job depends on is the source's content.
"""

import hashlib
import importlib.util
import os
from pathlib import Path
from typing import Any

import yaml


def is_reference(name: Any) -> bool:
    """Whether a representation's name refers to a class, rather than being one of ours."""
    return isinstance(name, str) and ":" in name


def anchored(reference: str, folder: Path) -> str:
    """A reference to a file as seen from the working directory, where it was seen from `folder`."""
    place, _, name = reference.rpartition(":")
    if not place.endswith(".py"):
        return reference
    path = (folder / Path(place).expanduser()).resolve()
    inside = path.is_relative_to(Path.cwd())
    return f"{os.path.relpath(path) if inside else path}:{name}"


def source_digest(reference: str) -> str:
    """16 hexadecimal digits of the source that a reference names.

    Raises:
        ValueError: there is none.
    """
    place, _, name = reference.rpartition(":")
    if not name.isidentifier():
        raise ValueError(f"representation is {reference!r}: after the colon a class is named, as in my_net.py:MyNet")
    try:
        spec = None if place.endswith(".py") else importlib.util.find_spec(place)
        path = Path(place if spec is None else spec.origin)
        return hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    except (OSError, ImportError, ValueError, TypeError, AttributeError):
        where = Path(place).resolve() if place.endswith(".py") else f"a module {place}"
        raise ValueError(f"representation is {reference!r}: there is no {where}") from None


def settings_of(block: dict[str, Any]) -> dict[str, Any]:
    """A class's own settings, whose texts are numbers, truth values or words as YAML has them."""
    return {key: yaml.safe_load(value) if isinstance(value, str) else value for key, value in block.items()}
