"""A whole study: the keys of its figures and its own, and which pictures and entries they mean.

Nothing is fitted, coded or measured that no figure asks for.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, ClassVar

from pydantic import Field, ValidationError, model_validator

from inrcodec import priors
from inrcodec.baselines.classical import CODECS
from inrcodec.files import InputError
from inrcodec.fitting.deciders import DECIDERS
from inrcodec.representations import REPRESENTATIONS
from workflow_scripts import entries, folders, mistakes
from workflow_scripts.blocks import Block, CodecName, Dataset, Distinct, FitSettings, Name, Whole, distinct
from workflow_scripts.entries import Entry

Folders = dict[str, dict[str, Path]]
Names = Annotated[list[str], Field(min_length=1), Distinct]


class CloseUp(Block):
    """A figure of one picture; `measures_all`: its table is of all."""

    measures_all: ClassVar[bool] = False

    image: Name | None = Field(default=None, description="the picture (the first)")


class Curves(Block):
    """Which curves of rate and distortion."""

    curves: dict[str, Names] = Field(description="functions by coding: `{qat6: [tutorial, relu], half: [coin]}`")
    classical: Annotated[list[CodecName], Distinct] | None = Field(default=None, description="codecs (all)")

    def codecs(self, of_study: Iterable[str]) -> list[str]:
        """Those that are drawn, of a study's."""
        return list(of_study if self.classical is None else self.classical)


class RateDistortion(Curves):
    """Quality against rate."""


class Reconstructions(CloseUp, Curves):
    """Decoded pictures and their errors, each curve at the file nearest to one rate."""

    target_bpp: float = Field(default=0.5, gt=0, description="rate at which they are compared, bits per pixel")


class Artefacts(Reconstructions):
    """Crops of decoded pictures at one rate, magnified."""


class Losses(CloseUp, Curves):
    """The same picture of each curve's first file, and what the metrics say: functions that differ in `objective`."""


class Anytime(Curves):
    """Bits at equal quality against the seconds of encoding; the functions of a coding are joined by a line."""


class Start(Curves):
    """Fits of a `meta` with a prior beside others without: PSNR against steps, files, the first picture on the way.

    Of either the last function's fit is shown.
    """


class Seconds(Curves):
    """PSNR at one rate against the seconds of encoding; decoding against multiply-adds.

    Functions that differ in `steps` alone are joined by a line.
    """

    target_bpp: float = Field(default=0.5, gt=0, description="rate at which they are compared, bits per pixel")


class QuantizationSweep(Block):
    """Quality and rate of one function against the bit depth of codings."""

    function: str = Field(description="the function, at the last of its settings")
    codings: Names = Field(description="one line each")


class Deciders(QuantizationSweep):
    """Quality of one function's files at equal size; the codings are compared with the first of them."""


class Weights(CloseUp):
    """Weights as integers and what they cost."""

    function: str = Field(description="the function, at the last of its settings")
    coding: str = Field(description="whose integers are shown, at the last of its settings")
    sweep: str = Field(description="the coding over whose bit depths costs are shown")


class Anatomy(CloseUp):
    """A function with grids of latents, and how it is coded: what is inside the file."""

    function: str = Field(description="the function, at the last of its settings")
    coding: str = Field(description="how it is coded, at the last of its settings")


class EntropyCoding(CloseUp):
    """Functions without grids of latents: the same integers under every way to write them down."""

    functions: Names = Field(description="each at the last of its settings; the first one's weights are shown")
    coding: str = Field(description="how they are coded, at the last of its settings")


class Zoom(CloseUp):
    """A picture enlarged around a pixel: its pixels, interpolated, and its function."""

    measures_all: ClassVar[bool] = True

    curves: dict[str, Names] = Field(
        min_length=1, description="functions by coding, at the last settings of both; the first two are shown"
    )
    point_px: tuple[Whole, Whole] = Field(description="column and row of the pixel around which it is enlarged")


class FitCurves(Block):
    """Quality while fitting."""

    functions: Names | None = Field(default=None, description="each at the last of its settings (all)")


class FilmStrip(CloseUp):
    """A picture becoming a function."""

    function: str = Field(description="the function, at the last of its settings")


class Row(CloseUp):
    """A row of pixels, and the function through them."""

    function: str = Field(description="the function, at the last of its settings")
    coding: str = Field(description="how it is coded, at the last of its settings")


class Spectra(CloseUp):
    """The power of fits' errors by frequency, at three steps of their films, of a picture of up to 288 pixels a side.

    With `film_frames: 7` of 1,000 steps those are the steps 10, 100 and 1,000.
    """

    functions: Names = Field(description="each at the last of its settings")


class Hyperparameters(CloseUp):
    """Quality against what a sweep varies besides `hidden_features`, a panel for each such hyperparameter."""

    functions: Names = Field(description="a line each, over its sweep")
    coding: str = Field(description="how all are coded")


class Costs(Block):
    """Time and memory of all that the other figures ask for."""


class Figures(Block):
    """The figures of a study; each asks for what it shows."""

    rate_distortion: RateDistortion | None = None
    anytime: Anytime | None = None
    start: Start | None = None
    seconds: Seconds | None = None
    quantization_sweep: QuantizationSweep | None = None
    deciders: Deciders | None = None
    weights: Weights | None = None
    entropy_coding: EntropyCoding | None = None
    anatomy: Anatomy | None = None
    fit_curves: FitCurves | None = None
    film_strip: FilmStrip | None = None
    row: Row | None = None
    spectra: Spectra | None = None
    hyperparameters: Hyperparameters | None = None
    zoom: Zoom | None = None
    reconstructions: Reconstructions | None = None
    losses: Losses | None = None
    artefacts: Artefacts | None = None
    costs: Costs | None = None


class Study(Block):
    """A whole study."""

    study: Name = Field(description="results go to results/STUDY")
    datasets: Annotated[list[Dataset], Field(min_length=1)] = Field(description="pictures")
    fit: FitSettings = Field(default=FitSettings(), description="how functions are fitted that do not say otherwise")
    functions: dict[Name, dict[str, Any]] = Field(default={}, description="functions to fit, by name")
    codings: dict[Name, dict[str, Any]] = Field(default={}, description="ways to make files of them, by name")
    classical: dict[CodecName, Annotated[list[Whole], Field(min_length=1), Distinct]] = Field(
        default={}, description="classical codecs and the qualities to run them at"
    )
    figures: Figures = Field(description="what is shown, and therefore done")
    complete_only: bool = Field(
        default=False,
        description="tables and figures only of pictures that have every result; missing.csv names the others",
    )

    @model_validator(mode="after")
    def _consistent(self) -> "Study":
        distinct([dataset.name for dataset in self.datasets], "datasets: each needs a name of its own: ")
        for codec, qualities in self.classical.items():
            low, high = CODECS[codec].lowest, CODECS[codec].highest
            for quality in qualities:
                if not low <= quality <= high:
                    raise ValueError(f"classical.{codec} holds {quality}, accepted are {low} to {high}")
        _known_names(self)
        _no_grids(self)
        _fitting_deciders(self)
        if not self.shown().keys() - {"costs"}:
            raise ValueError("figures: names none that shows results")
        start = self.figures.start
        if start and len({self.has_prior(name) for names in start.curves.values() for name in names}) < 2:
            raise ValueError("figures.start: wants a function with a prior and one without")
        for figure, block in self.shown().items():
            if isinstance(block, Curves) and not block.curves and not block.codecs(self.classical):
                raise ValueError(f"figures.{figure}: shows no curve")
        return self

    @cached_property
    def function_entries(self) -> dict[str, Entry]:
        """The functions by name."""
        return entries.of_functions(self.functions, self.fit)

    @cached_property
    def coding_entries(self) -> dict[str, Entry]:
        """The codings by name."""
        return entries.of_codings(self.codings)

    def has_prior(self, function: str) -> bool:
        """Whether a function, at the last of its settings, begins with what was learnt from other pictures."""
        return bool(self.function_entries[function].settings[-1].spec["hyperparameters"].get("prior"))

    def shown(self) -> dict[str, Any]:
        """The figures that are asked for, by name."""
        found = {name: getattr(self.figures, name) for name in Figures.model_fields}
        return {name: block for name, block in found.items() if block is not None}


_KINDS = {
    "curves": "coding",
    "functions": "function",
    "function": "function",
    "coding": "coding",
    "sweep": "coding",
    "codings": "coding",
    "classical": "codec",
}
"""What the names at a figure's keys are of."""


def _known_names(study: Study) -> None:
    """Raise a ValueError where a figure names what the study does not have."""
    known = {"function": study.function_entries, "coding": study.coding_entries, "codec": study.classical}
    for figure, block in study.shown().items():
        for key, kind, name in _names(block):
            if name not in known[kind]:
                wrong = mistakes.unknown(kind, name, known[kind])
                raise ValueError(f"figures.{figure}.{key} is {name!r}: this study has {wrong}")


def _names(block: Block) -> Iterator[tuple[str, str, str]]:
    """Every (key, kind, name) that a figure's block names."""
    for key, kind in _KINDS.items():
        names = getattr(block, key, None)
        for name in [names] if isinstance(names, str) else names or []:
            yield key, kind, name
    for coding, functions in getattr(block, "curves", {}).items():
        for name in functions:
            yield f"curves.{coding}", "function", name


def _no_grids(study: Study) -> None:
    """Raise a ValueError where the figure of integers that have no neighbours is to show grids of latents."""
    for name in study.figures.entropy_coding.functions if study.figures.entropy_coding else []:
        function = study.function_entries[name].settings[0].spec["representation"]
        if function in REPRESENTATIONS and REPRESENTATIONS[function].has_grids:
            raise ValueError(f"figures.entropy_coding.functions: {name} has grids of latents, which anatomy shows")


def _fitting_deciders(study: Study) -> None:
    """Raise a ValueError where a figure wants a function coded by a decider that is not for such functions."""
    for figure, block in study.shown().items():
        wanted = {(coding, name) for coding, names in getattr(block, "curves", {}).items() for name in names}
        codings = [getattr(block, "coding", None), getattr(block, "sweep", None), *getattr(block, "codings", [])]
        names = getattr(block, "functions", None) or [getattr(block, "function", None)]
        wanted |= {(coding, name) for coding in codings if coding for name in names}
        for coding, name in sorted(wanted):
            decider = study.coding_entries[coding].settings[0].spec["decider"]
            function = study.function_entries[name].settings[0].spec["representation"]
            has_grids = function in REPRESENTATIONS and REPRESENTATIONS[function].has_grids
            if DECIDERS[decider].grids not in (has_grids, None):
                fitting = ", ".join(key for key, item in DECIDERS.items() if item.grids in (has_grids, None))
                raise ValueError(
                    f"figures.{figure}: {coding} cannot code {name}: for {function} deciders are {fitting}"
                )
            weights = [setting.spec.get("rate_weight") for setting in study.coding_entries[coding].settings]
            if decider == "step_search" and not has_grids and 0 in weights:
                raise ValueError(
                    f"figures.{figure}: codings.{coding}.rate_weight is 0, the lambda of the fit, and {name} has none"
                )


def refuse_learnt(study: Study, pictures: Iterable[tuple[str, str]]) -> None:
    """Raise an InputError where a function begins with a prior that was learnt from one of the study's pictures."""
    learnt = [f"{dataset}/{image}" for dataset, image in pictures if image in priors.LEARNT_FROM]
    for name, entry in study.function_entries.items():
        used = [number for setting in entry.settings if (number := setting.spec["hyperparameters"].get("prior"))]
        if learnt and used:
            raise InputError(f"config: functions.{name}: prior {used[0]} was learnt from {learnt[0]}")


def load(config: dict[str, Any]) -> Study:
    """Validate a configuration.

    Raises:
        InputError: one line per mistake: the key, its value, what is accepted.
    """
    try:
        return Study.model_validate(config)
    except ValidationError as error:
        raise InputError("\n".join(f"config: {mistakes.line(item, Study)}" for item in error.errors())) from None


def folder_images(dataset: Dataset) -> dict[str, Path]:
    """A folder's pictures by name: see `folders.pictures`."""
    return folders.pictures(Path(dataset.path or ""), dataset.images, f"datasets.{dataset.name}")


def images(study: Study, folders: Folders) -> list[tuple[str, str]]:
    """Every (dataset, image) of a study."""
    return [(d.name, image) for d in study.datasets for image in folders.get(d.name, d.images)]
