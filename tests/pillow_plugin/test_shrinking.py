"""Pillow's drafts and thumbnails of .inr are decoded small."""

import numpy as np
import pytest
from PIL import Image

from examples import DEEP_COLOUR, MODES, example, opened
from inrcodec.decoding.decoder import decode


@pytest.mark.parametrize(
    ("wanted", "size"),
    [
        ((96, 64), (96, 64)),
        ((200, 10), (96, 64)),
        ((50, 20), (50, 33)),
        ((5, 22), (33, 22)),
        ((48, 32), (48, 32)),
        ((1, 1), (2, 1)),
        ((0, 0), (1, 1)),
    ],
)
def test_draft_shrinks_to_at_least_the_wish(wanted, size):
    picture = opened(example(width=96, height=64))
    drafted = picture.draft("L", wanted)
    assert picture.size == size
    assert drafted == (None if size == (96, 64) else ("RGB", (0, 0, *size)))
    assert picture.mode == "RGB" and np.asarray(picture).shape == (*size[::-1], 3)


def test_a_second_draft_shrinks_further():
    picture = opened(example(width=96, height=64))
    picture.draft(None, (48, 32))
    assert picture.draft(None, (60, 40)) is None
    assert picture.draft(None, (24, 16)) == ("RGB", (0, 0, 24, 16))
    assert np.array_equal(np.asarray(picture), decode(example(width=96, height=64), size=(24, 16)))


def test_a_draft_is_the_mean_of_the_picture():
    data = example(width=96, height=64)
    picture = opened(data)
    picture.draft(None, (24, 16))
    difference = np.asarray(picture).astype(int) - np.asarray(opened(data).reduce(4))
    assert np.abs(difference).max() <= 1


def test_a_loaded_picture_keeps_its_size():
    picture = opened(example(width=96, height=64))
    picture.load()
    assert picture.draft(None, (8, 8)) is None and picture.size == (96, 64)
    picture = opened(example())
    assert picture.draft("L", None) is None


@pytest.mark.parametrize("kind", [*MODES, *DEEP_COLOUR])
def test_thumbnails_are_decoded_small(kind, monkeypatch):
    sizes = []

    def watched(data, size, limits):
        sizes.append(size)
        return decode(data, size=size, limits=limits)

    data = example(*kind, width=96, height=72)
    full = opened(data)
    full.load()
    monkeypatch.setattr("inrcodec.pillow_plugin.decode", watched)
    picture = opened(data)
    picture.thumbnail((16, 12), Image.Resampling.BOX)
    opaque = picture.mode not in {"LA", "RGBA"}
    assert picture.size == (16, 12) and sizes == [(32, 24) if opaque else (96, 72)]
    difference = np.asarray(picture).astype(int) - np.asarray(full.resize((16, 12), Image.Resampling.BOX))
    # Where alpha is low, Pillow's premultiplying rounds colours by more.
    assert np.abs(difference).mean() <= 1
