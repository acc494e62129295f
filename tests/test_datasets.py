"""Datasets over a real HTTP server, on real files, with real damage."""

import functools
import hashlib
import http.server
import io
import tarfile
import threading

import numpy as np
import pytest
from PIL import Image

from inrcodec.datasets import PACKAGED, load_picture, shrink
from inrcodec.files import InputError
from inrcodec.images import load_rgb, save


@pytest.fixture
def server(tmp_path):
    """A folder served over HTTP on loopback: (folder, address, requested paths)."""
    folder = tmp_path / "served"
    folder.mkdir()
    requests: list[str] = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *arguments):
            requests.append(self.path)

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(folder))) as httpd:
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        yield folder, f"http://127.0.0.1:{httpd.server_port}", requests
        httpd.shutdown()


def dataset(*mirrors, digest):
    return {"kind": "download", "mirrors": list(mirrors), "digests": {"cat": digest}}


def digest_of(picture):
    return hashlib.sha256(picture.tobytes()).hexdigest()


def test_downloads_are_checked_by_their_pixels_and_kept(server, photograph, tmp_path):
    folder, address, requests = server
    Image.fromarray(photograph).save(folder / "cat.png", compress_level=1)
    about = dataset(f"{address}/{{image}}.png", digest=digest_of(photograph))
    assert np.array_equal(load_picture(about, "cat", None, tmp_path / "cache"), photograph)
    load_picture(about, "cat", None, tmp_path / "cache")
    assert len(requests) == 1


def test_the_next_mirror_serves_where_the_first_is_wrong(server, photograph, tmp_path):
    folder, address, _ = server
    for name, picture in (("good", photograph), ("bad", 255 - photograph)):
        (folder / name).mkdir()
        save(picture, folder / name / "cat.png")
    mirrors = [f"{address}/{name}/{{image}}.png" for name in ("missing", "bad", "good")]
    about = dataset(*mirrors, digest=digest_of(photograph))
    assert np.array_equal(load_picture(about, "cat", None, tmp_path / "cache"), photograph)


def debian_package(files: dict[str, bytes]) -> bytes:
    """As deb(5) says: an ar archive of a version, control files and data."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:xz") as archive:
        for name, content in files.items():
            about = tarfile.TarInfo(name)
            about.size = len(content)
            archive.addfile(about, io.BytesIO(content))
    members = {"debian-binary": b"2.0\n", "control.tar.xz": b"odd", "data.tar.xz": data.getvalue()}
    headers = {
        name: f"{name:<16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(member):<10}`\n" for name, member in members.items()
    }
    return b"!<arch>\n" + b"".join(
        headers[name].encode() + member + b"\n" * (len(member) % 2) for name, member in members.items()
    )


@pytest.mark.parametrize("kind", ["deb", "tar"])
def test_a_picture_comes_out_of_an_archive(server, photograph, tmp_path, kind):
    folder, address, requests = server
    picture = io.BytesIO()
    Image.fromarray(photograph).save(picture, format="png")
    package = debian_package({"./share/cat.png": picture.getvalue()})
    (folder / f"cats.{kind}").write_bytes(package if kind == "deb" else package[package.index(b"\xfd7zXZ") :])
    about = dataset(f"{address}/cats.{kind}#./share/{{image}}.png", digest=digest_of(photograph))
    for _ in range(2):
        assert np.array_equal(load_picture(about, "cat", None, tmp_path / "cache"), photograph)
    assert len(requests) == 1


@pytest.mark.parametrize("damage", ["another", "truncated", "empty", "no archive"])
def test_an_archive_without_the_picture_is_refused_in_one_line(server, photograph, tmp_path, damage):
    folder, address, _ = server
    package = debian_package({"./share/dog.png": b"a dog" if damage == "another" else bytes(9999)})
    cut = {"truncated": package[:150], "empty": b"", "no archive": b"<html>" * 50}
    (folder / "cats.deb").write_bytes(cut.get(damage, package))
    about = dataset(f"{address}/cats.deb#./share/{{image}}.png", digest=digest_of(photograph))
    with pytest.raises(InputError, match=r"no mirror has cat: http\S+ no ./share/cat.png in it") as caught:
        load_picture(about, "cat", None, tmp_path / "cache")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("damage", ["wrong", "truncated", "empty", "missing"])
def test_a_damaged_download_never_gets_in(server, photograph, tmp_path, damage):
    folder, address, _ = server
    save(255 - photograph if damage == "wrong" else photograph, folder / "cat.png")
    whole = (folder / "cat.png").read_bytes()
    if damage == "missing":
        (folder / "cat.png").unlink()
    elif damage != "wrong":
        (folder / "cat.png").write_bytes(whole[: len(whole) // 2] if damage == "truncated" else b"")
    about = dataset(f"{address}/{{image}}.png", digest=digest_of(photograph))
    with pytest.raises(InputError, match="no mirror has cat") as caught:
        load_picture(about, "cat", None, tmp_path / "cache")
    assert "\n" not in str(caught.value)
    # What is bad is not kept: once the server is mended, the next run succeeds.
    save(photograph, folder / "cat.png")
    assert np.array_equal(load_picture(about, "cat", None, tmp_path / "cache"), photograph)


@pytest.mark.parametrize("name", list(PACKAGED))
def test_packaged_photographs_come_without_a_network(name):
    picture = load_picture({"kind": "packaged"}, name, None, None)
    assert picture.ndim == 3 and picture.shape[2] == 3 and min(picture.shape[:2]) >= 300


def test_unknown_packaged_pictures_are_refused():
    with pytest.raises(InputError, match="accepted are astronaut"):
        load_picture({"kind": "packaged"}, "lena", None, None)


@pytest.mark.parametrize("suffix", ["png", "jpg", "tiff", "webp"])
def test_folders_hold_any_usual_format(tmp_path, photograph, suffix):
    Image.fromarray(photograph).save(tmp_path / f"cat.{suffix}")
    picture = load_picture({"kind": "folder"}, "cat", str(tmp_path / f"cat.{suffix}"), tmp_path)
    assert picture.shape == photograph.shape and np.abs(picture.astype(int) - photograph).mean() < 12


def test_grey_pictures_become_rgb(tmp_path, photograph):
    Image.fromarray(photograph).convert("L").save(tmp_path / "grey.png")
    grey = load_rgb(tmp_path / "grey.png")
    assert grey.shape == photograph.shape and np.array_equal(grey[..., 0], grey[..., 2])


@pytest.mark.parametrize("mode", ["RGBA", "CMYK", "I;16"])
def test_pictures_that_would_lose_something_are_refused(tmp_path, mode):
    path = tmp_path / ("cat.tiff" if mode == "CMYK" else "cat.png")
    Image.new(mode, (8, 8)).save(path)
    with pytest.raises(InputError, match=f"{path.name}.* accepted"):
        load_rgb(path)


def test_shrinking_keeps_the_aspect_and_small_pictures():
    picture = np.zeros((300, 451, 3), np.uint8)
    assert shrink(picture, 100).shape == (67, 100, 3)
    assert shrink(picture, 451) is picture and shrink(picture, None) is picture
    assert shrink(np.zeros((1, 5000, 3), np.uint8), 100).shape == (1, 100, 3)
