"""Tables that chapters quote: the bytes of the same integers, functions between the pixels."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from inrcodec import entropy
from inrcodec.decoding.decoder import decode
from inrcodec.images import save
from workflow_scripts import entropy_coding, zoom

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(scope="module")
def costs(tmp_path_factory) -> pd.DataFrame:
    table = tmp_path_factory.mktemp("entropy_coding") / "table.csv"
    spec = {"dataset": "d", "image": "i", "functions": ["golden"]}
    entropy_coding.costs(spec, [GOLDEN / "cheapest.inr"], table)
    return pd.read_csv(table).set_index(["part", "method"])


def test_every_byte_of_the_file_is_the_symbols_or_says_how_to_read_them(costs):
    whole = costs.loc["all"]
    size = (GOLDEN / "cheapest.inr").stat().st_size
    assert whole.bytes["file"] == pytest.approx(size)
    assert whole.symbols_bytes["file"] == whole.symbols_bytes["cheapest"]
    # A header of some dozens of bytes holds more than the models' settings.
    assert 20 < whole.bytes["file"] - whole.bytes["cheapest"] < 120


def test_weights_and_biases_are_all_there_is(costs):
    for method in ("entropy", "cheapest", *entropy.MODELS):
        for column in ("symbols_bytes", "description_bytes"):
            parts = costs[column]["weights", method] + costs[column]["biases", method]
            assert parts == pytest.approx(costs[column]["all", method])
    counts = costs.parameters.xs("fixed", level="method")
    assert counts["weights"] + counts["biases"] == counts["all"]


def test_no_model_is_below_the_entropy_and_the_cheapest_is_the_cheapest(costs):
    whole = costs.loc["all"]
    models = whole.loc[list(entropy.MODELS)]
    assert (models.symbols_bytes >= whole.symbols_bytes["entropy"]).all()
    assert (models.bytes >= whole.bytes["cheapest"] - 1e-9).all() and (models.bytes > whole.bytes["cheapest"]).any()
    assert (whole.above_entropy_bytes == whole.bytes - whole.bytes["entropy"]).all()


def test_functions_are_asked_at_the_size_that_the_picture_had(tmp_path):
    file = tmp_path / "files/d/i/fit/coding.inr"
    file.parent.mkdir(parents=True)
    data = (GOLDEN / "cheapest.inr").read_bytes()
    file.write_bytes(data)
    decoded = decode(data)
    height, width, _ = decoded.shape
    for kind, picture in (("pictures", decoded), ("whole_pictures", decode(data, (2 * width, 2 * height)))):
        (tmp_path / kind / "d").mkdir(parents=True)
        save(picture, tmp_path / kind / "d/i.png")
    zoom.zoom({"pictures": [("d", "i")], "files": {"f-c": "fit/coding"}}, tmp_path, tmp_path / "zoom.csv")
    table = pd.read_csv(tmp_path / "zoom.csv").set_index(["codec", "method"])
    # The truth is the function itself here, and the shrunk picture what the file decodes to.
    assert table.psnr_db["f-c", "function"] == table.psnr_db["f-c", "decoded"] == np.inf
    for method in ("nearest", "bicubic", "lanczos"):
        assert table.psnr_db["f-c", method] == table.psnr_db["original", method] < 60
    assert set(table.factor[table.index.get_level_values("method") != "decoded"]) == {2}
