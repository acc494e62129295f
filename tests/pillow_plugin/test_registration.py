"""When Pillow knows .inr, and what that imports."""

import sys
import textwrap

import pytest
from PIL import Image

from examples import TABLES, example
from inrcodec.pillow_plugin import register_inr_opener


def test_registering_again_changes_nothing():
    before = [getattr(Image, table).copy() for table in TABLES]
    register_inr_opener()
    assert [getattr(Image, table) for table in TABLES] == before
    assert Image.ID.count("INR") == 1


@pytest.fixture
def succeeds(run, tmp_path):
    """Run a script in a process of its own, beside a file x.inr, and expect no error or warning."""
    (tmp_path / "x.inr").write_bytes(example())

    def succeeds(code: str):
        done = run(sys.executable, "-W", "error", "-c", textwrap.dedent(code), cwd=tmp_path)
        assert done.returncode == 0, done.stderr

    return succeeds


def test_only_a_call_or_the_named_module_registers(succeeds):
    succeeds("""
        from PIL import Image
        import inrcodec, inrcodec.pillow_plugin
        assert inrcodec.register_inr_opener is inrcodec.pillow_plugin.register_inr_opener
        Image.init()
        assert "INR" not in Image.OPEN and "INR" not in Image.SAVE and ".inr" not in Image.EXTENSION
        import inrcodec.InrImagePlugin
        assert "INR" in Image.OPEN and "INR" in Image.SAVE and Image.EXTENSION[".inr"] == "INR"
        """)


def test_opening_does_not_import_torch_and_saving_needs_it(succeeds):
    succeeds("""
        import sys
        sys.modules["torch"] = None
        from pathlib import Path
        from PIL import Image
        from inrcodec.pillow_plugin import register_inr_opener
        register_inr_opener()
        with Image.open("x.inr") as picture:
            picture.load()
            assert picture.size == (21, 13)
        assert "INR" not in Image.SAVE
        copy = Path("y.inr")
        try:
            picture.save(copy)
        except KeyError as error:
            assert "INR" in str(error)
        else:
            raise AssertionError("saved without an encoder")
        assert not copy.exists()
        """)


def test_opening_leaves_torch_alone(succeeds):
    succeeds("""
        import sys
        import inrcodec.InrImagePlugin
        from PIL import Image
        with Image.open("x.inr") as picture:
            picture.load()
        assert "torch" not in sys.modules
        """)
