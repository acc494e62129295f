"""The command line as people and scripts meet it: real processes, real files."""

import json

import numpy as np
import pytest
from PIL import Image

from inrcodec.images import load_rgb, save
from inrcodec.metrics.quality import psnr_db


@pytest.fixture
def picture(tmp_path, photograph):
    path = tmp_path / "cat.png"
    save(photograph, path)
    return path


@pytest.fixture(scope="module")
def encoded(tmp_path_factory, photograph):
    """An .inr file of the photograph, encoded by the library."""
    from inrcodec.fitting.encoder import encode
    from inrcodec.fitting.presets import Preset
    from inrcodec.representations import PeSiren

    path = tmp_path_factory.mktemp("encoded") / "cat.inr"
    path.write_bytes(encode(photograph, Preset(PeSiren(24, 2), 8, 120, 20, "for a test")))
    return path


def test_encode_decode_measure(run, picture, tmp_path):
    coded, decoded = tmp_path / "cat.inr", tmp_path / "back.png"
    encode = run("inrcodec", "encode", picture, coded, "--preset", "small", "--seconds", "6")
    assert encode.returncode == 0 and encode.stdout == ""
    assert "bpp" in encode.stderr and "\r" not in encode.stderr
    assert run("inrcodec", "decode", coded, decoded).returncode == 0
    facts = json.loads(run("inrcodec", "measure", "--json", picture, coded).stdout)
    assert facts["file_bytes"] == coded.stat().st_size
    assert facts["bpp"] == pytest.approx(8 * coded.stat().st_size / (48 * 32))
    assert facts["psnr_db"] == pytest.approx(psnr_db(load_rgb(picture), load_rgb(decoded)))
    assert facts["psnr_db"] > 20


def test_info_tells_the_header(run, encoded):
    facts = json.loads(run("inrcodec", "info", "--json", encoded).stdout)
    assert (facts["width"], facts["height"], facts["bits"]) == (48, 32, 8)
    assert (facts["representation"], facts["hidden_features"]) == ("pe_siren", 24)
    assert facts["header_bytes"] + facts["payload_bytes"] + 4 == facts["file_bytes"]


def test_measure_takes_classical_files(run, picture, tmp_path):
    Image.open(picture).save(tmp_path / "cat.webp", quality=60)
    facts = json.loads(run("inrcodec", "measure", "--json", picture, tmp_path / "cat.webp").stdout)
    assert 25 < facts["psnr_db"] < 50


def test_decoding_and_help_start_without_torch_or_snakemake(run, encoded, tmp_path):
    program = (
        "import sys; from inrcodec.cli import main; code = main(sys.argv[1:]); "
        "loaded = {'torch', 'snakemake', 'pandas', 'matplotlib'} & set(sys.modules); sys.exit(code or bool(loaded))"
    )
    for arguments in (["decode", encoded, tmp_path / "x.png"], ["info", encoded]):
        assert run("python", "-c", program, *arguments).returncode == 0


def test_capabilities(run):
    facts = json.loads(run("inrcodec", "capabilities", "--json").stdout)
    assert facts["threads"] >= 1 and facts["torch"] and facts["classical_codecs"]["jpeg"]
    assert "CUDA" in run("inrcodec", "capabilities").stdout


BAD_INPUTS = {
    "missing": ("encode", None, "no such file"),
    "not a picture": ("encode", b"just text", "not a picture"),
    "not a file of ours": ("decode", b"\x89PNG and so on", "magic"),
    "empty": ("decode", b"", "magic"),
}


@pytest.mark.parametrize(("command", "content", "message"), BAD_INPUTS.values(), ids=BAD_INPUTS)
def test_bad_input_is_one_line_and_no_output(run, tmp_path, command, content, message):
    source, output = tmp_path / "source", tmp_path / "output.png"
    if content is not None:
        source.write_bytes(content)
    result = run("inrcodec", command, source, output)
    assert result.returncode == 1
    assert result.stderr.startswith("inrcodec: error: ") and result.stderr.count("\n") == 1
    assert message in result.stderr
    assert not output.exists()


def test_a_truncated_picture_is_refused(run, picture, tmp_path):
    picture.write_bytes(picture.read_bytes()[:-200])
    result = run("inrcodec", "encode", picture, tmp_path / "x.inr")
    assert (result.returncode, result.stderr.count("\n")) == (1, 1)
    assert "cannot be read" in result.stderr


def test_a_damaged_file_is_refused(run, encoded, tmp_path):
    damaged = bytearray(encoded.read_bytes())
    damaged[60] ^= 4
    (tmp_path / "bad.inr").write_bytes(damaged)
    result = run("inrcodec", "decode", tmp_path / "bad.inr", tmp_path / "x.png")
    assert result.returncode == 1 and "checksum" in result.stderr
    assert not (tmp_path / "x.png").exists()


def test_sizes_that_do_not_match_are_named(run, encoded, tmp_path):
    save(np.zeros((5, 7, 3), np.uint8), tmp_path / "other.png")
    result = run("inrcodec", "measure", tmp_path / "other.png", encoded)
    assert result.returncode == 1 and "7x5" in result.stderr and "48x32" in result.stderr


@pytest.mark.parametrize(
    "arguments", [["encode", "a", "b", "--seconds", "-1"], ["encode", "a", "b", "--preset", "no"], []]
)
def test_wrong_usage_exits_with_2(run, arguments):
    assert run("inrcodec", *arguments).returncode == 2


def test_a_full_disk_is_one_line(run, encoded, tmp_path):
    result = run("bash", "-c", f"trap '' XFSZ; ulimit -f 1; inrcodec decode {encoded} {tmp_path}/x.png")
    assert result.returncode == 1 and result.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_decode_a_region_and_a_size(run, encoded, tmp_path):
    whole, part, small = (tmp_path / f"{name}.png" for name in ("whole", "part", "small"))
    assert run("inrcodec", "decode", encoded, whole).returncode == 0
    assert run("inrcodec", "decode", encoded, part, "--region", "10,5,20,8").returncode == 0
    assert np.array_equal(load_rgb(part), load_rgb(whole)[5:13, 10:30])
    assert run("inrcodec", "decode", encoded, small, "--scale", "0.25").returncode == 0
    assert load_rgb(small).shape == (8, 12, 3)
    assert run("inrcodec", "decode", encoded, small, "--size", "7x9").returncode == 0
    assert load_rgb(small).shape == (9, 7, 3)


@pytest.mark.parametrize(
    ("option", "message"),
    [(["--region", "40,0,20,5"], "within 48x32"), (["--size", "0x5"], "accepted are 1 to 1048576")],
)
def test_what_lies_outside_is_refused(run, encoded, tmp_path, option, message):
    result = run("inrcodec", "decode", encoded, tmp_path / "x.png", *option)
    assert result.returncode == 1 and message in result.stderr and result.stderr.count("\n") == 1
    assert not (tmp_path / "x.png").exists()


def test_standard_streams(run, encoded, picture, tmp_path):
    pipeline = f"inrcodec encode --seconds 1 --preset small - - < {picture} 2>/dev/null | inrcodec decode - - "
    assert run("bash", "-c", f"set -o pipefail; {pipeline} > {tmp_path}/x.png").returncode == 0
    assert load_rgb(tmp_path / "x.png").shape == (32, 48, 3)


def test_a_terminal_sees_progress(run, encoded, tmp_path):
    """`script` gives the command a real terminal; in a pipe it stays quiet."""
    command = f"inrcodec decode {encoded} {tmp_path}/x.png"
    assert run("bash", "-c", command).stderr == ""
    assert "[########################]" in run("script", "-qec", command, "/dev/null").stdout
