# Which pictures the tables and figures are about: all, or with `complete_only` those that have everything.
from pathlib import Path


def needed(dataset, image):
    """The files of one picture that the tables need, in the order in which they come about."""
    place = {"dataset": dataset, "image": image}
    patterns = {
        "model": [rules.fit.output.curve, rules.fit.output.facts],
        "sweep": [f"{ROOT}/files/{{dataset}}/{{image}}/{{sweep}}/encode.json", rules.decode.output.facts],
        "score": [rules.measure.output.scores, rules.measure.output.facts],
    }
    return [
        *expand(rules.picture.output, **place),
        *expand(patterns["model"], model=MODELS, **place),
        *expand(patterns["sweep"] + patterns["score"], sweep=SWEEPS, **place),
    ]


def incomplete():
    """(dataset, image, first file that is not there, how many are not) of every picture that lacks any."""
    lacking = [(d, i, [path for path in needed(d, i) if not Path(path).exists()]) for d, i in IMAGES]
    return [(dataset, image, files[0], len(files)) for dataset, image, files in lacking if files]


INCOMPLETE = incomplete() if STUDY.complete_only else []
REPORTED = [picture for picture in IMAGES if picture not in {(d, i) for d, i, *_ in INCOMPLETE}]
if not REPORTED:
    raise WorkflowError("config: complete_only is True: no picture is complete yet")
try:
    SHOWN = study.shown(STUDY, REPORTED)
except InputError as error:
    raise WorkflowError(str(error)) from None


def incomplete_lines():
    """What a run that failed says of the pictures that it leaves incomplete, and how to go on without them."""
    lacking = incomplete()
    lines = [f"{dataset}/{image} lacks {count} files, first {file}" for dataset, image, file, count in lacking]
    if STUDY.complete_only or len(lines) in {0, len(IMAGES)}:
        return lines
    done = len(IMAGES) - len(lines)
    return [
        *lines,
        f"{done} of {len(IMAGES)} pictures are complete: for their tables and figures add --config complete_only=true",
    ]
