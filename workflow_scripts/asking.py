"""What the figures of a study ask for: their curves, and the fits and files behind them."""

from typing import NamedTuple

from inrcodec.files import InputError
from workflow_scripts.entries import Setting
from workflow_scripts.study import (
    Anatomy,
    CloseUp,
    Curves,
    EntropyCoding,
    FilmStrip,
    FitCurves,
    Hyperparameters,
    QuantizationSweep,
    Row,
    Spectra,
    Start,
    Study,
    Weights,
    Zoom,
)

PUBLISHED_CURVES = ["COIN", "NIF25 (PSNR)", "C3", "Cool-chic 5.0", "VTM 19.1 10-bit 4:4:4"]
"""Quoted where a study is of Kodak: the first implicit codec, the best coordinate network, the state of the art."""


class Point(NamedTuple):
    """One file of a curve: what is swept, in words; the fit; the coding."""

    setting: str
    model: str
    coding: str

    @property
    def sweep(self) -> str:
        """Its name in paths."""
        return f"{self.model}/{self.coding}"


class Curve(NamedTuple):
    """A line of a figure: its name in tables and for people, where its look comes from, and its files.

    `place`: the function's among the study's; None for classical codecs, which have a look of their own and no points
    here: one job makes all their files.
    """

    codec: str
    title: str
    place: int | None
    function: str | None
    coding: str | None
    points: tuple[Point, ...]

    @property
    def sweeps(self) -> list[str]:
        """What is decoded and measured for it."""
        return [point.sweep for point in self.points] or [self.codec]


def curves(study: Study, figure: str) -> list[Curve]:
    """The curves that a figure draws; none where it draws something else."""
    block = getattr(study.figures, figure)
    if isinstance(block, QuantizationSweep):
        last = study.function_entries[block.function].settings[-1:]
        return [curve for coding in block.codings for curve in _curves(study, block.function, coding, last)]
    if isinstance(block, Hyperparameters):
        swept = [(name, study.function_entries[name].settings) for name in block.functions]
        return [curve for name, settings in swept for curve in _curves(study, name, block.coding, settings)]
    if not isinstance(block, Curves):
        return []
    found = [
        curve
        for coding, functions in block.curves.items()
        for function in functions
        for curve in _curves(study, function, coding, study.function_entries[function].settings)
    ]
    return found + [Curve(codec, codec, None, None, None, ()) for codec in block.codecs(study.classical)]


def _curves(study: Study, function: str, coding: str, settings: tuple[Setting, ...]) -> list[Curve]:
    """Over a function's sweep, one per setting of the coding; where there is no such sweep, over the coding's."""
    place = list(study.function_entries).index(function)
    title, name = study.function_entries[function].title, f"{function}-{coding}"
    codings = study.coding_entries[coding].settings
    if len(settings) == 1:
        points = [Point(c.label or settings[0].label or "1", settings[0].path, c.path) for c in codings]
        return [Curve(name, title, place, function, coding, tuple(points))]
    found = []
    for c in codings:
        points = [Point(s.label, s.path, c.path) for s in settings]
        label = c.label and f"-{c.label}"
        found.append(Curve(name + label, title + label.replace("-", ", "), place, function, coding, tuple(points)))
    return found


class Asked(NamedTuple):
    """What a figure wants of a picture: fits, files, and files that are decoded and measured, as named in paths."""

    fits: list[str]
    coded: list[str]
    scored: list[str]


def zoomed(study: Study) -> dict[str, str]:
    """What the figure that enlarges is of: the names of files in paths by curve."""
    return {
        f"{function}-{coding}": (
            f"{study.function_entries[function].settings[-1].path}/{study.coding_entries[coding].settings[-1].path}"
        )
        for coding, functions in study.figures.zoom.curves.items()
        for function in functions
    }


def asked(study: Study, figure: str) -> Asked:
    """What a figure wants of each of its pictures; fits and files that others are made of are not named."""
    block, functions = getattr(study.figures, figure), study.function_entries
    if isinstance(block, FitCurves):
        return Asked([functions[name].settings[-1].path for name in fitted(study)], [], [])
    if isinstance(block, FilmStrip):
        return Asked([functions[block.function].settings[-1].path], [], [])
    if isinstance(block, Spectra):
        return Asked([functions[name].settings[-1].path for name in block.functions], [], [])
    if isinstance(block, Anatomy | Row):
        function = functions[block.function].settings[-1].path
        return Asked([], [f"{function}/{study.coding_entries[block.coding].settings[-1].path}"], [])
    if isinstance(block, Zoom):
        return Asked([], list(zoomed(study).values()), [])
    if isinstance(block, EntropyCoding):
        coding = study.coding_entries[block.coding].settings[-1].path
        return Asked([], [f"{functions[name].settings[-1].path}/{coding}" for name in block.functions], [])
    if isinstance(block, Weights):
        return Asked([], weights_sweeps(study), [])
    fits = list(lasting(study).values()) if isinstance(block, Start) else []
    return Asked(fits, [], list(dict.fromkeys(sweep for curve in curves(study, figure) for sweep in curve.sweeps)))


def fitted(study: Study) -> list[str]:
    """The functions whose fits' curves are drawn."""
    return study.figures.fit_curves.functions or list(study.function_entries)


def lasting(study: Study) -> dict[bool, str]:
    """The fits whose way is shown in the figure of starts, as named in paths: with a prior, and without."""
    functions = [name for names in study.figures.start.curves.values() for name in names]
    return {study.has_prior(name): study.function_entries[name].settings[-1].path for name in functions}


def weights_sweeps(study: Study) -> list[str]:
    """The files of the weights' figure, the one whose integers are shown first."""
    block = study.figures.weights
    model = study.function_entries[block.function].settings[-1].path
    shown = study.coding_entries[block.coding].settings[-1:]
    settings = [*shown, *study.coding_entries[block.sweep].settings]
    return list(dict.fromkeys(f"{model}/{setting.path}" for setting in settings))


def is_close_up(study: Study, figure: str) -> bool:
    """Whether a figure is of one picture."""
    return isinstance(getattr(study.figures, figure), CloseUp)


def shown_picture(study: Study, figure: str, pictures: list[tuple[str, str]]) -> tuple[str, str]:
    """The picture of a close-up, as (dataset, image).

    Args:
        pictures: those that it may be.

    Raises:
        InputError: the one that the study names is none of them.
    """
    names = [image for _, image in pictures]
    chosen = getattr(study.figures, figure).image
    if chosen not in names and (chosen is None or study.complete_only):
        chosen = names[0]
    if chosen not in names:
        raise InputError(f"config: figures.{figure}.image is {chosen!r}: this study has {', '.join(names)}")
    return next(pair for pair in pictures if pair[1] == chosen)
