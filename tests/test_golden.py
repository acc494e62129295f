"""Golden files: bytes and samples that no change may alter, decoded by both decoders."""

import hashlib
import json
import runpy
from pathlib import Path

import numpy as np
import pytest
from javascript_decoder import RefusedError
from javascript_decoder import decode as javascript_decode

from inrcodec.bitstream.errors import BitstreamError
from inrcodec.decoding.decoder import decode

FOLDER = Path(__file__).parent / "golden"
DIGESTS = json.loads((FOLDER / "digests.json").read_text())
DECODED = [name for name, digest in DIGESTS.items() if "section" not in digest]
REFUSED = [name for name, digest in DIGESTS.items() if "section" in digest]


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_files_are_those_of_the_digests():
    assert {path.name: sha256(path.read_bytes()) for path in FOLDER.glob("*.inr")} == {
        name: digest["file_sha256"] for name, digest in DIGESTS.items()
    }
    assert all(path.stat().st_size < 3000 for path in FOLDER.glob("*.inr"))


@pytest.mark.parametrize("name", DECODED)
def test_samples(name):
    digest, samples = DIGESTS[name], decode((FOLDER / name).read_bytes())
    assert samples.dtype == f"uint{digest['sample_bits']}"
    assert samples.shape == (digest["height"], digest["width"], digest["channels"])
    assert sha256(samples.astype(samples.dtype.newbyteorder("<")).tobytes()) == digest["samples_sha256"]


@pytest.mark.parametrize("name", DECODED)
def test_the_page_suffices(name):
    data = (FOLDER / name).read_bytes()
    ours, other = decode(data), javascript_decode(data)
    assert ours.dtype == other.dtype
    assert np.array_equal(ours, other)


@pytest.mark.parametrize("name", REFUSED)
def test_refusals(name):
    data = (FOLDER / name).read_bytes()
    for decoder, refusal in ((decode, BitstreamError), (javascript_decode, RefusedError)):
        with pytest.raises(refusal) as caught:
            decoder(data)
        assert {key: getattr(caught.value, key) for key in ("section", "offset", "expected")}.items() <= DIGESTS[
            name
        ].items()


def test_make_writes_the_same_files():
    contents = runpy.run_path(str(FOLDER / "make.py"))["contents"]()
    assert contents == {
        path.name: path.read_bytes() for path in FOLDER.iterdir() if path.suffix in {".inr", ".json", ".md"}
    }
