"""Writes are whole or absent."""

import os
import signal
import stat
import sys
import threading
from pathlib import Path

import pytest

from inrcodec.files import InputError, atomic_write, check_output, remove_unfinished


def test_a_finished_write_appears_with_ordinary_permissions(tmp_path):
    previous = os.umask(0o027)
    try:
        with atomic_write(tmp_path / "new" / "file") as file:
            file.write(b"whole")
    finally:
        os.umask(previous)
    path = tmp_path / "new" / "file"
    assert path.read_bytes() == b"whole"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [child.name for child in path.parent.iterdir()] == ["file"]


def test_a_failed_write_leaves_what_was_there(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with pytest.raises(RuntimeError), atomic_write(path) as file:
        file.write(b"half of the n")
        raise RuntimeError
    assert path.read_bytes() == b"old"
    assert [child.name for child in tmp_path.iterdir()] == ["file"]


def test_a_full_disk_leaves_nothing(tmp_path):
    """A file size limit fails writes in the middle as a full disk does, with another number."""
    import resource
    import signal

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    previous = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(OSError, match="too large"), atomic_write(tmp_path / "file") as file:
            file.write(bytes(100_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, previous)
    assert list(tmp_path.iterdir()) == []


def written(path, content: bytes = b"new") -> Path:
    with atomic_write(path) as file:
        file.write(content)
    return Path(path)


@pytest.mark.parametrize("mode", [0o600, 0o664])
def test_what_is_replaced_passes_its_permissions_on(tmp_path, mode):
    path = written(tmp_path / "file", b"old")
    path.chmod(mode)
    with atomic_write(path) as file:
        (hidden,) = tmp_path.glob(".file.*")
        assert stat.S_IMODE(hidden.stat().st_mode) == mode  # No moment in which others may read it.
        file.write(b"new")
    assert path.read_bytes() == b"new" and stat.S_IMODE(path.stat().st_mode) == mode


def test_the_umask_is_left_alone(tmp_path, monkeypatch):
    """Read by setting it, it would be another for a moment, which other threads' files may fall into."""
    monkeypatch.setattr(os, "umask", lambda mask: pytest.fail("the umask was set"))
    written(tmp_path / "file")


@pytest.mark.parametrize("present", [True, False])
def test_a_link_stays_and_leads_to_the_new_file(tmp_path, present):
    target, link = tmp_path / "folder" / "target", tmp_path / "link"
    target.parent.mkdir()
    if present:
        target.write_bytes(b"old")
    link.symlink_to("folder/target")
    check_output(link)
    with pytest.raises(RuntimeError), atomic_write(link) as file:
        file.write(b"half of the n")
        raise RuntimeError
    assert target.exists() == present
    assert written(link).is_symlink() and target.read_bytes() == b"new"
    assert [path.name for path in target.parent.iterdir()] == ["target"]


def test_a_pipe_gets_everything_or_nothing(tmp_path):
    path, received = tmp_path / "pipe", []
    os.mkfifo(path)
    reader = threading.Thread(target=lambda: received.append(path.read_bytes()), daemon=True)
    reader.start()
    check_output(path)
    with pytest.raises(RuntimeError), atomic_write(path) as file:
        file.write(b"half of the n")
        raise RuntimeError
    assert written(path).is_fifo()
    reader.join()
    assert received == [b"new"]


def test_a_pipe_that_a_shell_names_is_written_to():
    read_end, write_end = os.pipe()
    path = f"/dev/fd/{write_end}"
    check_output(path)
    written(path)
    os.close(write_end)
    with os.fdopen(read_end, "rb") as file:
        assert file.read() == b"new"


def test_a_device_is_written_to(tmp_path):
    link = tmp_path / "link"
    link.symlink_to("/dev/null")
    for path in (Path("/dev/null"), link):
        check_output(path)
        assert written(path).is_char_device()


@pytest.mark.parametrize("name", ["x" * 255, "\u732b" * 85, "x" * 101, "x" * 100])
def test_a_name_may_be_as_long_as_the_file_system_lets_it(tmp_path, name):
    check_output(tmp_path / name)
    with atomic_write(tmp_path / name):
        (hidden,) = tmp_path.iterdir()
        assert hidden.name.startswith(".") and len(os.fsencode(hidden.name)) < 120
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", ["file", "x" * 250, "[a]*"])
def test_only_a_writers_own_unfinished_files_are_removed(run, tmp_path, name):
    program = (
        "import os, sys; from inrcodec.files import atomic_write; "
        "writers = list(map(atomic_write, sys.argv[1:])); [writer.__enter__() for writer in writers]; "
        f"os.kill(os.getpid(), {signal.SIGKILL})"
    )
    other = "y" + name[1:] if len(name) > 100 else f"{name}.b"
    assert run(sys.executable, "-c", program, tmp_path / name, tmp_path / other).returncode == -signal.SIGKILL
    assert len(list(tmp_path.iterdir())) == 2
    remove_unfinished(tmp_path / name)
    (left,) = tmp_path.iterdir()
    remove_unfinished(tmp_path / other)
    assert not left.exists()


def test_what_cannot_be_written_is_found_beforehand(tmp_path):
    file, folder = written(tmp_path / "file", b"old"), tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "link").symlink_to("file")
    for path, error, message in (
        (folder, InputError, "is a folder"),
        (tmp_path / "missing" / "file", InputError, "no folder"),
        (file / "file", OSError, "Not a directory"),
        (tmp_path / ("x" * 256), OSError, "too long"),
        (Path("/proc/file"), OSError, "No such file"),
        (file, InputError, "is the input too"),
        (tmp_path / "link", InputError, "is the input too"),
    ):
        with pytest.raises(error, match=message) as caught:
            check_output(path, file)
        assert str(path) in str(caught.value)
    for path in (file, tmp_path / "new"):
        check_output(path, folder)
    assert file.read_bytes() == b"old" and {path.name for path in tmp_path.iterdir()} == {"file", "folder", "link"}


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is write-protected for root")
def test_a_write_protected_file_is_not_replaced(tmp_path):
    path = written(tmp_path / "file")
    path.chmod(0o444)
    with pytest.raises(InputError, match="write-protected"):
        check_output(path)
