"""Every test of this folder has the plugin registered, and no other test."""

import pytest
from PIL import Image

from examples import TABLES
from inrcodec.pillow_plugin import register_inr_opener


@pytest.fixture(autouse=True)
def registered(monkeypatch):
    """The plugin, for one test: other tests see Pillow as it was."""
    Image.init()  # Pillow's own plugins register once per process, so before the tables are copied.
    for table in TABLES:
        monkeypatch.setattr(Image, table, getattr(Image, table).copy())
    register_inr_opener()
