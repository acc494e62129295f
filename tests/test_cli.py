"""The command line as people and scripts meet it: real processes, real files."""

import gc
import json
import os
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import inrcodec
from inrcodec.cli import main
from inrcodec.images import load, load_rgb, save
from inrcodec.metrics.quality import psnr_db

BUFFERED = os.environ | {"PYTHONUNBUFFERED": ""}
"""As Python writes unless told otherwise, some of it when the program ends."""


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
    from inrcodec.representations import Positional

    path = tmp_path_factory.mktemp("encoded") / "cat.inr"
    path.write_bytes(encode(photograph, Preset(Positional(24, 2), 8, 120, 20, "for a test")))
    return path


def test_encode_decode_measure(run, picture, tmp_path):
    coded, decoded = tmp_path / "cat.inr", tmp_path / "back.png"
    # An effort is so many steps: what a busy machine does in so many seconds is no matter of quality.
    encode = run("inrcodec", "encode", picture, coded, "--effort", "1")
    assert encode.returncode == 0 and encode.stdout == ""
    assert "bpp" in encode.stderr and "\r" not in encode.stderr
    assert run("inrcodec", "decode", coded, decoded).returncode == 0
    facts = json.loads(run("inrcodec", "measure", "--json", picture, coded).stdout)
    assert facts["file_bytes"] == coded.stat().st_size
    assert facts["bpp"] == pytest.approx(8 * coded.stat().st_size / (48 * 32))
    assert facts["psnr_db"] == pytest.approx(psnr_db(load_rgb(picture), load_rgb(decoded)))
    assert facts["psnr_db"] > 25


def test_cycles_are_searched_for_while_a_picture_is_encoded(picture, tmp_path, monkeypatch):
    """Not while torch loads; but what descents leave would fill the memory else."""
    searched = []
    encode = inrcodec.encode

    def watched(*arguments, **how):
        searched.append(gc.isenabled())
        return encode(*arguments, **how)

    monkeypatch.setattr("inrcodec.api.encode", watched)
    assert main(["encode", str(picture), str(tmp_path / "x.inr"), "--effort", "1"]) == 0
    assert searched == [True]


def test_info_tells_the_header(run, encoded):
    facts = json.loads(run("inrcodec", "info", "--json", encoded).stdout)
    assert (facts["width"], facts["height"], facts["bits"]) == (48, 32, 8)
    assert (facts["representation"], facts["hidden_features"]) == ("positional", 24)
    assert (facts["activation"], facts["base"], facts["colour"], facts["rule"]) == ("sine", 1.4, "rgb_mean", "uniform")
    assert facts["header_bytes"] + facts["payload_bytes"] + 4 == facts["file_bytes"]


def test_measure_takes_classical_files(run, picture, tmp_path):
    Image.open(picture).save(tmp_path / "cat.webp", quality=60)
    facts = json.loads(run("inrcodec", "measure", "--json", picture, tmp_path / "cat.webp").stdout)
    assert 25 < facts["psnr_db"] < 50


@pytest.mark.parametrize("mode", ["L", "LA", "RGBA", "I;16"])
def test_measure_takes_every_picture_that_is_encoded(photograph, tmp_path, capsys, mode):
    shown = Image.fromarray(photograph).convert("L" if mode == "I;16" else mode)
    pixels = np.asarray(shown).astype(np.uint16) * 257 if mode == "I;16" else np.asarray(shown)
    names = str(tmp_path / "x.png"), str(tmp_path / "x.inr")
    save(np.atleast_3d(pixels), names[0])
    assert main(["encode", *names, "--seconds", "0.1"]) == 0
    assert main(["measure", *names, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["psnr_db"] > 5


def strict_json(text: str) -> dict:
    return json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))


def test_json_has_null_for_what_is_no_number_and_says_why(run, picture):
    facts = strict_json(run("inrcodec", "measure", "--json", picture, picture).stdout)
    assert (facts["mse"], facts["psnr_db"], facts["ms_ssim"]) == (0, None, None)
    assert facts["psnr_db_reason"] == "infinite: the pictures are equal"
    assert "161 px" in facts["ms_ssim_reason"] and "ssim_reason" not in facts
    assert "psnr_db          infinite: the pictures are equal" in run("inrcodec", "measure", picture, picture).stdout


def test_measuring_says_what_is_not_installed(picture, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "flip_evaluator", None)
    monkeypatch.setitem(sys.modules, "lpips", None)
    assert main(["measure", str(picture), str(picture)]) == 0
    lines = dict(line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines())
    assert lines["ssimulacra2"] == "100.0000"
    assert (
        "flip-evaluator is not installed" in lines["flip"] and "AlexNet's weights are not installed" in lines["lpips"]
    )


def test_decoding_and_help_start_without_torch_or_snakemake(run, encoded, tmp_path):
    program = (
        "import sys; from inrcodec.cli import main; code = main(sys.argv[1:]); "
        "loaded = {'torch', 'snakemake', 'pandas', 'matplotlib'} & set(sys.modules); sys.exit(code or bool(loaded))"
    )
    html = ["html", encoded, tmp_path / "x.html"]
    for arguments in (["decode", encoded, tmp_path / "x.png"], ["info", encoded], html):
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


def test_pictures_that_do_not_match_are_described(run, encoded, tmp_path):
    save(np.zeros((5, 7, 3), np.uint8), tmp_path / "other.png")
    save(np.zeros((32, 48, 4), np.uint8), tmp_path / "alpha.png")
    result = run("inrcodec", "measure", tmp_path / "other.png", encoded)
    assert result.returncode == 1 and "7x5" in result.stderr and "48x32" in result.stderr
    result = run("inrcodec", "measure", tmp_path / "alpha.png", encoded)
    assert result.returncode == 1 and "RGBA of 8 bits" in result.stderr and "RGB of 8 bits" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["encode", "a", "b", "--seconds", "-1"], "seconds is -1.0, accepted are numbers above 0"),
        (["encode", "a", "b", "--seconds", "nan"], "seconds is nan, accepted are numbers above 0"),
        (["encode", "a", "b", "--seed", "-1"], "seed is -1, accepted are integers 0 to"),
        (["encode", "a", "b", "--seed", "x"], "seed is 'x', accepted are integers 0 to"),
        (["encode", "a", "b", "--preset", "no"], "invalid choice"),
        (["encode", "a", "b", "c"], "unrecognized arguments: c"),
        (["decode", "a", "b", "--scale", "1e308"], "up to 1048576"),
        ([], "required"),
    ],
)
def test_wrong_usage_exits_with_2(capsys, arguments, message):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2 and message in capsys.readouterr().err
    assert not Path("b").exists()


def test_the_version(run):
    assert run("inrcodec", "--version").stdout == f"inrcodec {version('inrcodec')}\n"


OUTPUTS = {
    "a picture's name": ("encode", "other.png", "named as a picture"),
    "a picture's name, written large": ("encode", "new.JPG", "named as a picture"),
    "its own input": ("decode", "x.inr", "is the input too"),
    "a folder": ("encode", ".", "is a folder"),
    "no folder": ("decode", "no/x.png", "no folder"),
    "a long name": ("encode", "x" * 260, "name too long"),
    "an unknown suffix": ("decode", "x.txt", "written as .txt"),
}


@pytest.mark.parametrize(("command", "output", "message"), OUTPUTS.values(), ids=OUTPUTS)
def test_outputs_are_refused_before_the_work(run, picture, encoded, tmp_path, command, output, message):
    source = picture
    save(np.zeros((2, 2, 3), np.uint8), tmp_path / "other.png")
    if command == "decode":
        source = shutil.copy(encoded, tmp_path / "x.inr")
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    # A fit or decoding that began would not end in time.
    endless = ["--seconds", "1e6"] if command == "encode" else ["--size", "90000x90000", "--no-limits"]
    result = run("timeout", "20", "inrcodec", command, source, output, *endless, cwd=tmp_path)
    assert (result.returncode, result.stderr.count("\n")) == (1, 1)
    assert message in result.stderr.lower() if message == "name too long" else message in result.stderr
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_outputs_that_are_no_files(run, encoded, tmp_path):
    """A pipe gets the whole picture, a link leads to it, standard output is appended to."""
    command = (
        f"set -e; mkfifo pipe.png; cat pipe.png > piped & inrcodec decode {encoded} pipe.png; wait; "
        f"ln -s linked.png link.png; inrcodec decode {encoded} link.png; test -L link.png; "
        f"echo first > streamed; inrcodec decode {encoded} /dev/stdout >> streamed; inrcodec decode {encoded} /dev/null"
    )
    result = run("bash", "-c", command, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    expected = (tmp_path / "linked.png").read_bytes()
    assert (tmp_path / "piped").read_bytes() == expected
    assert (tmp_path / "streamed").read_bytes() == b"first\n" + expected
    assert load(expected).shape == (32, 48, 3)


@pytest.mark.parametrize("command", ["info FILE", "decode FILE -", "--help"])
def test_a_reader_that_has_gone_is_no_error(encoded, command):
    arguments = command.replace("FILE", str(encoded)).split()
    read_end, write_end = os.pipe()
    os.close(read_end)
    with os.fdopen(write_end, "wb") as output:
        program = [sys.executable, "-m", "inrcodec", *arguments]
        result = subprocess.run(program, stdout=output, stderr=subprocess.PIPE, env=BUFFERED, check=False)
    assert result.stderr == b""
    # argparse drops such errors of its help.
    assert result.returncode == 141 or command == "--help"


@pytest.mark.parametrize(
    ("shell", "code", "message"),
    [
        ("inrcodec info {} >&-", 1, "standard output is closed"),
        ("inrcodec decode {} - >&-", 1, "standard output is closed"),
        ("inrcodec info {} > /dev/full", 1, "No space left on device"),
        ("inrcodec decode - x.png <&-", 1, "standard input is closed"),
    ],
)
def test_closed_and_full_streams_are_one_line(run, encoded, shell, code, message):
    result = run("bash", "-c", shell.format(encoded), **BUFFERED)
    assert (result.returncode, result.stderr.count("\n")) == (code, 1)
    assert message in result.stderr


def test_want_of_memory_is_one_line(run, encoded):
    """A picture of 8 GB in a process that may have 2."""
    command = f"ulimit -v 2000000; inrcodec decode {encoded} - --size 60000x45000 --no-limits"
    result = run("bash", "-c", command, OMP_NUM_THREADS="1")
    assert (result.returncode, result.stderr) == (1, "inrcodec: error: out of memory\n")


def test_faults_of_ours_are_one_line_and_show_where_in_development_mode(monkeypatch, capsys):
    monkeypatch.setattr("inrcodec.capabilities.capabilities", lambda: {}["two\nlines"])
    assert main(["capabilities"]) == 1
    assert capsys.readouterr().err == (
        "inrcodec: error: unexpected KeyError: 'two\\nlines' (python -X dev -m inrcodec shows where)\n"
    )


@pytest.mark.parametrize("command", ["encode", "decode", "measure"])
def test_limits_name_the_option_that_lifts_them(command, picture, encoded, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    arguments = {
        "encode": [picture, tmp_path / "x.inr", "--seconds", "0.1"],
        "decode": [encoded, tmp_path / "x.ppm", "--size", "20000x10000", "--region", "0,0,20000,9000"],
        "measure": [picture, encoded],
    }[command]
    assert main([command, *map(str, arguments)]) == 1
    line = capsys.readouterr().err
    assert line.count("\n") == 1 and line.endswith("; --no-limits if the file is trusted\n")
    if command != "decode":
        assert main([command, *map(str, arguments), "--no-limits"]) == 0
    assert Image.MAX_IMAGE_PIXELS == 100


def test_a_file_larger_than_the_picture_is_remarked_on(tmp_path, capsys):
    save(np.zeros((1, 1, 3), np.uint8), tmp_path / "x.png")
    assert main(["encode", str(tmp_path / "x.png"), str(tmp_path / "x.inr"), "--seconds", "0.1"]) == 0
    size = (tmp_path / "x.inr").stat().st_size
    warning = f"inrcodec: warning: {size} bytes are more than the 3 of the picture's samples\n"
    assert capsys.readouterr().err.startswith(warning)


def test_notes_on_a_picture_are_lines(run, tmp_path):
    pages = [Image.new("RGB", (4, 4)), Image.new("RGB", (4, 4), "red")]
    path = tmp_path / "x.tif"
    pages[0].save(path, save_all=True, append_images=pages[1:])
    result = run("inrcodec", "measure", path, path)
    note = f"inrcodec: note: {path}: holds 2 pictures, the first is taken"
    assert result.returncode == 0 and set(result.stderr.splitlines()) == {note}
    # Closed, standard error is no reason to say it elsewhere, where it may end up in a file.
    result = run("bash", "-c", f"inrcodec measure {path} {path} 2>&-")
    assert result.returncode == 0 and "note" not in result.stdout


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
