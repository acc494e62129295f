"""A folder's pictures: which of its files are pictures, what they are called in paths and tables."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from inrcodec.files import InputError

SUFFIXES = {".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp", ".avif", ".jxl", ".ppm"}
NAME_BYTES = 150
"""Longer names are cut: a file's name has 255 bytes at most, and results add to it."""
_MISREAD = re.compile(r"[{}\x00-\x1f\ud800-\udfff]|^ ")


def name_of(text: str) -> str:
    """A text as a name: letters (with their marks) and digits of any script, and `_`.

    Other ASCII characters become `_`, all others their code points, so that names stay distinct where they can. A long
    name is cut and ends in a hash of the whole.
    """
    name = "".join(map(_kept, unicodedata.normalize("NFC", text)))
    encoded = name.encode()
    if len(encoded) <= NAME_BYTES:
        return name
    digest = hashlib.sha256(encoded).hexdigest()[:8]
    return f"{encoded[: NAME_BYTES - 9].decode(errors='ignore')}_{digest}"


def _kept(letter: str) -> str:
    if unicodedata.category(letter)[0] in "LMN":
        return letter
    return "_" if letter.isascii() else f"u{ord(letter):04X}"


def pictures(folder: Path, names: Sequence[str], owner: str) -> dict[str, Path]:
    """The pictures of a folder by name: those in `names`, or all when it is empty.

    Hidden files and folders are no pictures, whatever their names; a link that leads nowhere is one that cannot be
    read.

    Args:
        owner: the key of the configuration that errors name.

    Raises:
        InputError: the folder cannot be listed, lacks a picture, or has two files of a name that is asked for.
    """
    files = _by_name(folder, owner)
    missing = [name for name in names if name not in files]
    if missing or not files:
        raise InputError(f"config: {owner}: no picture {', '.join(missing) or 'at all'} in {folder}")
    asked = names or list(files)
    for name in asked:
        if len(files[name]) > 1:
            shared = " and ".join(repr(path.name) for path in files[name])
            raise InputError(f"config: {owner}: {shared} share the name {name}, rename all but one in {folder}")
    return {name: files[name][0] for name in asked}


def _by_name(folder: Path, owner: str) -> dict[str, list[Path]]:
    try:
        paths = sorted(folder.iterdir())
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"config: {owner}.path: {folder} cannot be listed ({reason})") from None
    files: dict[str, list[Path]] = {}
    for path in filter(_is_picture, paths):
        files.setdefault(name_of(path.stem), []).append(path)
    return files


def _is_picture(path: Path) -> bool:
    named_so = path.suffix.lower() in SUFFIXES and not path.name.startswith(".")
    return named_so and (path.is_file() or (path.is_symlink() and not path.exists()))


def from_here(path: Path) -> str:
    """A path as seen from the working directory where it is inside: results and pictures may move together."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def as_input(path: str) -> list[str]:
    """A file as Snakemake may take it for an input: nothing if it is not there, or its path would be misread.

    Snakemake stops at once where an input is missing, and takes braces for wildcards. The job must do without, and
    depend on `digest` instead.
    """
    return [] if _MISREAD.search(path) or not Path(path).exists() else [path]


def digest(path: str) -> str | None:
    """SHA-256 of a file that is no input in Snakemake's eyes; None where it is, or there is nothing to read."""
    try:
        return None if as_input(path) else hashlib.sha256(Path(path).read_bytes()).hexdigest()
    except OSError:
        return None
