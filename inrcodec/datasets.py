"""Where pictures come from: inside installed packages, a download, a folder."""

import hashlib
import io
import tarfile
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urldefrag

import numpy as np
from PIL import Image

from inrcodec.files import InputError
from inrcodec.images import load_rgb

PACKAGED = {
    "astronaut": ("skimage.data", "astronaut.png"),
    "chelsea": ("skimage.data", "chelsea.png"),
    "coffee": ("skimage.data", "coffee.png"),
    "hubble": ("skimage.data", "hubble_deep_field.jpg"),
    "retina": ("skimage.data", "retina.jpg"),
    "rocket": ("skimage.data", "rocket.jpg"),
    "china": ("sklearn.datasets", "images/china.jpg"),
    "flower": ("sklearn.datasets", "images/flower.jpg"),
}
"""Real photographs that scikit-image and scikit-learn carry in their wheels."""

RETRIES = 3


def load_picture(dataset: dict[str, Any], image: str, source: str | None, cache: Path) -> np.ndarray:
    """One picture of a dataset as (height, width, 3) uint8.

    Args:
        dataset: its configuration: kind, mirrors, digests.
        source: the file, for a folder.
        cache: where downloads are kept.

    Raises:
        InputError: the picture cannot be had, cannot be read, or is not the one that the digest names.
    """
    if dataset["kind"] == "folder":
        return load_rgb(source or "")
    if dataset["kind"] == "packaged":
        return _packaged(image)
    return _download(dataset["mirrors"], image, dataset["digests"][image], cache)


def shrink(picture: np.ndarray, max_side_px: int | None) -> np.ndarray:
    """Shrink (Lanczos) until the longer side is `max_side_px`; smaller pictures stay as they are."""
    height, width, _ = picture.shape
    if max_side_px is None or max(height, width) <= max_side_px:
        return picture
    scale = max_side_px / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.LANCZOS))


def _packaged(image: str) -> np.ndarray:
    if image not in PACKAGED:
        raise InputError(f"packaged picture is {image!r}, accepted are {', '.join(PACKAGED)}")
    package, name = PACKAGED[image]
    with as_file(files(package).joinpath(name)) as path:
        return load_rgb(path)


def _download(mirrors: list[str], image: str, digest: str, cache: Path) -> np.ndarray:
    """The first mirror's picture with the right digest; a wrong file is thrown away and the next mirror tried."""
    failures = []
    for mirror in mirrors:
        url, member = urldefrag(mirror.format(image=image))
        try:
            return _checked(_retrieve(url, cache), member, digest)
        except (InputError, OSError, ValueError) as error:
            failures.append(f"{url}: {error}")
    raise InputError(f"no mirror has {image}: {'; '.join(failures)}")


def _checked(path: Path, member: str, digest: str) -> np.ndarray:
    """The picture in a downloaded file, or in the archive that this is; removed when it is not the right one."""
    try:
        picture = load_rgb(_unpacked(path, member) if member else path)
        found = hashlib.sha256(picture.tobytes()).hexdigest()
        if found != digest:
            raise InputError(f"the decoded picture's SHA-256 is {found}, expected {digest}")
    except InputError:
        path.unlink()
        raise
    return picture


def _unpacked(path: Path, member: str) -> bytes:
    """A file of a .deb or .tar archive.

    Raises:
        InputError: the archive is damaged, or has no such file.
    """
    try:
        with path.open("rb") as file, tarfile.open(fileobj=_tar_of(file)) as archive:
            found = archive.extractfile(member)
            return found.read() if found else b""
    except (tarfile.TarError, EOFError, OSError, ValueError, KeyError) as error:
        raise InputError(f"no {member} in it: {str(error).splitlines()[0]}") from None


def _tar_of(file: BinaryIO) -> BinaryIO:
    """The tar archive of a Debian package's files (deb(5)), or the file as it is."""
    if file.read(8) != b"!<arch>\n":
        file.seek(0)
        return file
    while header := file.read(60):
        name, size = header[:16], int(header[48:58])
        if name.startswith(b"data.tar"):
            return io.BytesIO(file.read(size))
        file.seek(size + size % 2, io.SEEK_CUR)
    raise ValueError("a package without data")


def _retrieve(url: str, cache: Path) -> Path:
    import pooch

    # The digest is of decoded pixels, so pooch, which knows file digests only, cannot check it.
    name = hashlib.sha256(url.encode()).hexdigest()[:16] + Path(url).suffix
    downloader = pooch.HTTPDownloader(progressbar=False, timeout=30)
    keeper = pooch.create(cache, base_url="", registry={name: None}, urls={name: url}, retry_if_failed=RETRIES)
    return Path(keeper.fetch(name, downloader=downloader))
