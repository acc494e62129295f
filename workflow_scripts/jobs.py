"""Where the jobs behind a figure leave the facts of what they did."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple


class Job(NamedTuple):
    """A job of one picture: its rule, what it worked on, and its file of facts under the study's results."""

    dataset: str
    image: str
    stage: str
    name: str
    facts: str


def jobs(
    pictures: Iterable[tuple[str, str]], fits: Iterable[str], coded: Iterable[str], scored: Iterable[str]
) -> Iterator[Job]:
    """Every job that these results come from, by picture, in the order in which they run.

    Args:
        pictures: pairs dataset, image.
        fits: names of fits in paths.
        coded, scored: names of sweeps: `FIT/CODING`, or a classical codec.
    """
    coded = list(dict.fromkeys([*coded, *scored]))
    fits = dict.fromkeys([*fits, *(sweep.split("/")[0] for sweep in coded if "/" in sweep)])
    for dataset, image in pictures:
        for fit in fits:
            yield Job(dataset, image, "fit", fit, f"fits/{dataset}/{image}/{fit}/fit.json")
        for sweep in coded:
            implicit = "/" in sweep
            stage = sweep.split("/")[1].split("-")[0] if implicit else f"classical_{sweep}"
            file = sweep if implicit else f"{sweep}/encode"
            yield Job(dataset, image, stage, sweep, f"files/{dataset}/{image}/{file}.json")
        for sweep in scored:
            yield Job(dataset, image, "decode", sweep, f"decoded/{dataset}/{image}/{sweep}.json")
            yield Job(dataset, image, "measure", sweep, f"scores/{dataset}/{image}/{sweep}.json")
