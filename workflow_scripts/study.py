"""A study's configuration: what it may say, what it means, and what its figures ask for.

Nothing is fitted, coded or measured that no figure asks for. A fit or a coding goes by its specification, never by the
name that a study gives it: the same specification is the same result, whoever asks for it.
"""

import difflib
import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, fields
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    create_model,
    model_validator,
)

from inrcodec.baselines.classical import CODECS
from inrcodec.entropy import CHEAPEST, CHOICES
from inrcodec.files import InputError
from inrcodec.fitting.deciders import DECIDERS
from inrcodec.fitting.objectives import OBJECTIVES
from inrcodec.operations.colour import COLOURS
from inrcodec.quantization import RULES
from inrcodec.quantization.depths import HIGHEST_BITS, LOWEST_BITS
from inrcodec.representations import REPRESENTATIONS
from inrcodec.representations.base import Hyperparameter
from workflow_scripts import folders, own_modules


def _unknown(kind: str, name: str, names: Iterable[str]) -> str:
    """What an error says of a name that is none of those accepted."""
    close = difflib.get_close_matches(name, names, n=1)
    return f"no such {kind}, accepted are {', '.join(names)}{(close and f'; did you mean {close[0]}?') or ''}"


def _known(kind: str, names: Any) -> AfterValidator:
    def check(name: str) -> str:
        if name not in names:
            raise ValueError(_unknown(kind, name, names))
        return name

    return AfterValidator(check)


def _named(text: str) -> str:
    name = folders.name_of(text)
    if not name or name != unicodedata.normalize("NFC", text):
        raise ValueError(f"accepted are letters, digits and _{name and f', such as {name}'}")
    return name


def _whole(value: Any) -> Any:
    """A whole number written as `1e4`; anything else as it is."""
    written_so = isinstance(value, str) and re.fullmatch(r"\d+(\.\d+)?[eE]\+?\d\d?", value)
    return int(float(value)) if written_so and float(value).is_integer() else value


def _declared(declared: Hyperparameter, value: Any) -> Any:
    """What a text means to a declared setting."""
    if isinstance(value, str) and not declared.choices:
        with suppress(ValueError):
            value = float(value) if declared.decimals else int(_whole(value))
    stored = declared.stored(value)
    if stored is None:
        close = difflib.get_close_matches(str(value), declared.choices, n=1)
        raise ValueError(f"accepted are {declared.accepted}{(close and f'; did you mean {close[0]}?') or ''}")
    return declared.value(stored)


class _Block(BaseModel):
    """Values are texts, as `configuration.read` gives them, or what they mean."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


Name = Annotated[str, AfterValidator(_named)]
Whole = Annotated[int, BeforeValidator(_whole)]
CodecName = Annotated[str, _known("codec", CODECS)]
Distinct = AfterValidator(lambda values: _distinct(values))


def _distinct(values: list, what: str = "") -> list:
    repeated = sorted({str(value) for value in values if values.count(value) > 1})
    if repeated:
        raise ValueError(f"{what}{', '.join(repeated)} named more than once")
    return values


class Dataset(_Block):
    """Where a set of pictures comes from. Kinds: see docs/configuration.md."""

    name: Name = Field(description="names the dataset in paths and tables")
    kind: Literal["packaged", "download", "folder"] = Field(
        description="packaged: photographs inside scikit-image and scikit-learn; download: by name from `mirrors`, "
        "checked against `digests`; folder: your own pictures"
    )
    images: Annotated[list[Name], Distinct] = Field(
        default=[], description="pictures to take, by name without suffix; empty for a folder means all of it"
    )
    path: str | None = Field(default=None, description="folder: where the pictures are")
    mirrors: list[str] = Field(default=[], description="download: addresses with {image}, tried in turn")
    digests: dict[str, str] = Field(
        default={}, description="download: SHA-256 of each picture's decoded RGB bytes, by picture"
    )
    max_side_px: Whole | None = Field(
        default=None,
        ge=1,
        le=65536,
        description="shrink pictures whose longer side is larger; null keeps them",
    )

    @model_validator(mode="after")
    def _complete(self) -> "Dataset":
        needs = {"packaged": ["images"], "download": ["images", "mirrors"], "folder": ["path"]}[self.kind]
        missing = [key for key in needs if not getattr(self, key)]
        if missing:
            raise ValueError(f"kind {self.kind} needs {', '.join(missing)}")
        undigested = [image for image in self.images if self.kind == "download" and image not in self.digests]
        if undigested:
            raise ValueError(f"digests lacks {', '.join(undigested)}")
        return self


class FitSettings(_Block):
    """How a function is fitted."""

    steps: Whole = Field(default=1200, ge=1, le=10_000_000, description="optimizer steps")
    batch_px: Whole = Field(default=4096, ge=1, description="pixels per step")
    optimizer: Literal["muon", "adam"] = Field(default="muon", description="of hidden matrices; Adam moves the rest")
    restarts: Whole = Field(default=1, ge=1, le=1000, description="how often the cosine of the rates is gone through")
    matrix_rate: float = Field(default=0.03, gt=0, le=1, description="Muon's step, relative to a matrix's size")
    vector_rate: float = Field(default=0.005, gt=0, le=1, description="Adam's step for everything else")
    objective: Annotated[str, _known("objective", OBJECTIVES)] = Field(default="l2", description="what is minimised")
    colour: Annotated[str, _known("colour", COLOURS)] = Field(default="rgb", description="what the function gives")
    seed: Whole = Field(default=0, ge=0, description="of initial parameters and batches")
    curve_points: Whole = Field(default=16, ge=2, le=1000, description="whole-picture looks for the fit's curve")
    film_frames: Whole = Field(default=6, ge=1, le=100, description="pictures kept on the way")


class CodingSettings(_Block):
    """How a fitted function becomes a file; deciders add settings of their own."""

    decider: Annotated[str, _known("decider", DECIDERS)] = Field(description="who chooses the integers")
    bits: Whole = Field(default=8, ge=LOWEST_BITS, le=HIGHEST_BITS, description="bit depth; biases get 4 more")
    rule: Annotated[str, _known("rule", RULES)] = Field(default="uniform", description="from integers to parameters")
    entropy: Annotated[str, _known("entropy model", CHOICES)] = Field(default=CHEAPEST, description="of the integers")

    @model_validator(mode="before")
    @classmethod
    def _some_rules_have_their_own_bits(cls, block: dict[str, Any]) -> dict[str, Any]:
        rule = RULES.get(block.get("rule", ""))
        if rule is None or rule.fixed_bits is None:
            return block
        if "bits" in block:
            raise ValueError(f"rule {rule.name} has {rule.fixed_bits} bits, leave bits out")
        return block | {"bits": rule.fixed_bits}


@cache
def function_block(representation: str) -> type[FitSettings]:
    """What an entry of `functions` may hold: a representation's hyperparameters beside the settings of fits."""
    kind = REPRESENTATIONS[representation]
    defaults = {item.name: item.default for item in fields(kind)}
    return create_model(representation, __base__=FitSettings, **_declared_keys(kind.hyperparameters(), defaults))


@cache
def coding_block(decider: str) -> type[CodingSettings]:
    """What an entry of `codings` may hold: a decider's settings beside those of all."""
    declared = DECIDERS[decider].settings
    defaults = {name: default for name, (_, default) in declared.items()}
    keys = _declared_keys({name: setting for name, (setting, _) in declared.items()}, defaults)
    return create_model(decider, __base__=CodingSettings, **keys)


def _declared_keys(declared: dict[str, Hyperparameter], defaults: dict[str, Any]) -> dict[str, Any]:
    return {
        name: (
            Annotated[Any, BeforeValidator(partial(_declared, setting))],
            Field(default=defaults[name], description=setting.meaning),
        )
        for name, setting in declared.items()
    }


@dataclass(frozen=True)
class Setting:
    """One point of an entry's sweep: what is swept, in words; a name for paths; the whole specification."""

    label: str
    path: str
    spec: dict[str, Any]


@dataclass(frozen=True)
class Entry:
    """A named entry of `functions` or `codings`, its sweep in order."""

    name: str
    title: str
    settings: tuple[Setting, ...]


def _path(words: list[Any], defaults: list[Any], spec: dict[str, Any]) -> str:
    """A name for paths: readable values, defaults at the end left out, and a hash of the whole specification."""
    while words and defaults and words[-1] == defaults[-1]:
        words, defaults = words[:-1], defaults[:-1]
    digest = hashlib.sha256(json.dumps(spec, sort_keys=True).encode()).hexdigest()[:8]
    return re.sub(r"[^\w-]", "_", "-".join(map(str, [*words, digest])))


def _function_setting(label: str, block: dict[str, Any], where: str, fit: dict[str, Any]) -> Setting:
    name = block.pop("representation", None)
    if own_modules.is_reference(name):
        return _own_function_setting(label, name, block, where, fit)
    if name not in REPRESENTATIONS:
        raise ValueError(f"{where}.representation {_is(name)}{_unknown('representation', str(name), REPRESENTATIONS)}")
    found = _validated(function_block(name), fit | block, where).model_dump()
    declared = REPRESENTATIONS[name].hyperparameters()
    chosen = {key: found[key] for key in declared}
    try:
        defaults = REPRESENTATIONS[name](**chosen) and [item.default for item in fields(REPRESENTATIONS[name])]
    except InputError as error:
        raise ValueError(f"{where}: {error}") from None
    spec = {
        "representation": name,
        "hyperparameters": chosen,
        "fit": {key: found[key] for key in FitSettings.model_fields},
    }
    return Setting(label, _path([name, *chosen.values()], [None, *defaults], spec), spec)


def _own_function_setting(
    label: str, reference: str, block: dict[str, Any], where: str, fit: dict[str, Any]
) -> Setting:
    """What is no setting of fits is one of the class, which alone knows what it takes."""
    of_fits = fit | {key: block.pop(key) for key in FitSettings.model_fields if key in block}
    try:
        source, chosen = own_modules.source_digest(reference), own_modules.settings_of(block)
    except ValueError as error:
        raise ValueError(f"{where}.{error}") from None
    spec = {
        "representation": reference,
        "hyperparameters": chosen,
        "fit": _validated(FitSettings, of_fits, where).model_dump(),
        "source": source,
    }
    return Setting(label, _path([reference.rpartition(":")[2], *chosen.values()], [], spec), spec)


def _coding_setting(label: str, block: dict[str, Any], where: str) -> Setting:
    name = block.get("decider")
    if name not in DECIDERS:
        raise ValueError(f"{where}.decider {_is(name)}{_unknown('decider', str(name), DECIDERS)}")
    model = coding_block(name)
    spec = _validated(model, block, where).model_dump()
    if spec.get("rate_weight") and RULES[spec["rule"]].fixed_bits:
        raise ValueError(f"{where}.rate_weight: rule {spec['rule']} has no rate to lower, leave it out")
    defaults = [field.default for field in model.model_fields.values()]
    return Setting(label, _path(list(spec.values()), defaults, spec), spec)


def _is(value: Any) -> str:
    return "is missing: " if value is None else f"is {value!r}: "


def _entry(kind: str, name: str, entries: dict[str, dict[str, Any]], make: Any) -> Entry:
    """An entry with its sweep: lists go together, point by point."""
    block, where = _inherited(kind, name, entries, ()), f"{kind}.{name}"
    title = block.pop("title", name)
    if own_modules.is_reference(block.get("representation")):
        title = f"{title} (not portable)"
    swept = {key: value for key, value in block.items() if isinstance(value, list)}
    if len({len(values) for values in swept.values()}) > 1 or not all(swept.values()):
        counts = ", ".join(f"{key} has {len(values)}" for key, values in swept.items())
        raise ValueError(f"{where}: lists go together, point by point, so they are of one length: {counts}")
    settings = []
    for point in zip(*swept.values(), strict=True) if swept else [()]:
        settings.append(make("x".join(map(str, point)), block | dict(zip(swept, point, strict=True)), where))
    _distinct([setting.label for setting in settings if swept], f"{where}: ")
    return Entry(name, str(title), tuple(settings))


def _inherited(kind: str, name: str, entries: dict[str, dict[str, Any]], seen: tuple[str, ...]) -> dict[str, Any]:
    """An entry's own keys over those of the entry that it is like."""
    own = dict(entries[name])
    like = own.pop("like", None)
    if like is None:
        return own
    if like not in entries:
        raise ValueError(f"{kind}.{name}.like {_is(like)}{_unknown('entry', str(like), entries)}")
    if like in (*seen, name):
        raise ValueError(f"{kind}.{name}.like is {like!r}: the entries are like each other in a circle")
    others = _inherited(kind, like, entries, (*seen, name))
    return {key: value for key, value in others.items() if key != "title"} | own


EntryName = Annotated[str, AfterValidator(_named)]
Names = Annotated[list[str], Field(min_length=1), Distinct]


class CloseUp(_Block):
    """A figure of one picture."""

    image: Name | None = Field(default=None, description="the picture (the first)")


class Curves(_Block):
    """Which curves of rate and distortion."""

    curves: dict[str, Names] = Field(description="functions by coding")
    classical: Annotated[list[CodecName], Distinct] | None = Field(default=None, description="codecs (all)")


class RateDistortion(Curves):
    """Quality against rate."""


class Reconstructions(CloseUp, Curves):
    """Decoded pictures and their errors at one rate."""

    target_bpp: float = Field(default=0.5, gt=0, description="rate at which they are compared, bits per pixel")


class QuantizationSweep(_Block):
    """Quality and rate of one function against the bit depth of codings."""

    function: str = Field(description="the function, at the last of its settings")
    codings: Names = Field(description="one line each")


class Weights(CloseUp):
    """Weights as integers and what they cost."""

    function: str = Field(description="the function, at the last of its settings")
    coding: str = Field(description="whose integers are shown, at the last of its settings")
    sweep: str = Field(description="the coding over whose bit depths costs are shown")


class FitCurves(_Block):
    """Quality while fitting."""

    functions: Names | None = Field(default=None, description="each at the last of its settings (all)")


class FilmStrip(CloseUp):
    """A picture becoming a function."""

    function: str = Field(description="the function, at the last of its settings")


class Costs(_Block):
    """Time and memory of all that the other figures ask for."""


class Figures(_Block):
    """The figures of a study; each asks for what it shows."""

    rate_distortion: RateDistortion | None = None
    quantization_sweep: QuantizationSweep | None = None
    weights: Weights | None = None
    fit_curves: FitCurves | None = None
    film_strip: FilmStrip | None = None
    reconstructions: Reconstructions | None = None
    costs: Costs | None = None


class Study(_Block):
    """A whole study."""

    study: Name = Field(description="results go to results/STUDY")
    datasets: Annotated[list[Dataset], Field(min_length=1)] = Field(description="pictures")
    fit: FitSettings = Field(default=FitSettings(), description="how functions are fitted that do not say otherwise")
    functions: dict[EntryName, dict[str, Any]] = Field(default={}, description="functions to fit, by name")
    codings: dict[EntryName, dict[str, Any]] = Field(default={}, description="ways to make files of them, by name")
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
        _distinct([dataset.name for dataset in self.datasets], "datasets: each needs a name of its own: ")
        for codec, qualities in self.classical.items():
            low, high = CODECS[codec].lowest, CODECS[codec].highest
            for quality in qualities:
                if not low <= quality <= high:
                    raise ValueError(f"classical.{codec} holds {quality}, accepted are {low} to {high}")
        _known_names(self)
        if not self.shown().keys() - {"costs"}:
            raise ValueError("figures: names none that shows results")
        for figure in self.shown():
            if isinstance(getattr(self.figures, figure), Curves) and not curves(self, figure):
                raise ValueError(f"figures.{figure}: shows no curve")
        return self

    @cached_property
    def function_entries(self) -> dict[str, Entry]:
        """The functions by name."""
        make = partial(_function_setting, fit=self.fit.model_dump())
        return {name: _entry("functions", name, self.functions, make) for name in self.functions}

    @cached_property
    def coding_entries(self) -> dict[str, Entry]:
        """The codings by name."""
        return {name: _entry("codings", name, self.codings, _coding_setting) for name in self.codings}

    def shown(self) -> dict[str, Any]:
        """The figures that are asked for, by name."""
        found = {name: getattr(self.figures, name) for name in Figures.model_fields}
        return {name: block for name, block in found.items() if block is not None}


def _known_names(study: Study) -> None:
    """Raise a ValueError where a figure names what the study does not have."""
    entries = {"function": study.function_entries, "coding": study.coding_entries, "codec": study.classical}
    for figure, block in study.shown().items():
        named = {
            "curves": ("coding", list(getattr(block, "curves", {}))),
            "functions": ("function", getattr(block, "functions", None) or []),
            "function": ("function", [block.function] if hasattr(block, "function") else []),
            "coding": ("coding", [block.coding] if hasattr(block, "coding") else []),
            "sweep": ("coding", [block.sweep] if hasattr(block, "sweep") else []),
            "codings": ("coding", getattr(block, "codings", [])),
            "classical": ("codec", getattr(block, "classical", None) or []),
        } | {f"curves.{coding}": ("function", names) for coding, names in getattr(block, "curves", {}).items()}
        for key, (kind, names) in named.items():
            for name in names:
                if name not in entries[kind]:
                    wrong = _unknown(kind, name, entries[kind])
                    raise ValueError(f"figures.{figure}.{key} is {name!r}: this study has {wrong}")


def _validated(model: type[BaseModel], values: dict[str, Any], where: str) -> Any:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise ValueError(_line(error.errors()[0], where, model)) from None


def load(config: dict[str, Any]) -> Study:
    """Validate a configuration.

    Raises:
        InputError: one line per mistake: the key, its value, what is accepted.
    """
    try:
        return Study.model_validate(config)
    except ValidationError as error:
        raise InputError("\n".join(f"config: {_line(item)}" for item in error.errors())) from None


def _line(item: Any, where: str = "", block: Any = Study) -> str:
    key = ".".join([where][: bool(where)] + [str(part) for part in item["loc"] if part != "[key]"])
    value, kind = item["input"], item["type"]
    if kind == "extra_forbidden":
        return f"{key}: unknown key{_hint(item['loc'], block)}"
    if kind == "missing":
        return f"{key}: missing"
    if value is None:
        return f"{key}: is empty, write its value or leave the key out"
    number = isinstance(value, str) and re.fullmatch(r"-?[\d.]+(e-?\d+)?", value, re.IGNORECASE)
    shown = "" if isinstance(value, dict) else f" is {value if number else repr(value)}"
    message = _WANTED.get(kind, item["msg"].removeprefix("Value error, "))
    return f"{key}{shown}: {message}" if key else message


_WANTED = {
    "int_parsing": "Input should be a valid integer",
    "float_parsing": "Input should be a valid number",
    "list_type": "a list is wanted here, [ ... ]",
    "model_type": "a block of keys is wanted here",
    "dict_type": "a block of keys is wanted here",
    "string_type": "one text is wanted here",
}


def _hint(location: tuple, block: Any) -> str:
    for part in location[:-1]:
        block = _inner(block, part)
    known = list(getattr(block, "model_fields", {}))
    close = difflib.get_close_matches(str(location[-1]), known, n=1)
    return f", did you mean {close[0]}?" if close else f", accepted are {', '.join(known)}"


def _inner(block: Any, part: Any) -> Any:
    """The model behind one step of an error's location."""
    if isinstance(part, int) or not hasattr(block, "model_fields") or part not in block.model_fields:
        return block
    annotation = block.model_fields[part].annotation
    for candidate in [annotation, *getattr(annotation, "__args__", ())]:
        if isinstance(candidate, type) and issubclass(candidate, BaseModel):
            return candidate
    return block


def folder_images(dataset: Dataset) -> dict[str, Path]:
    """A folder's pictures by name: see `folders.pictures`."""
    return folders.pictures(Path(dataset.path or ""), dataset.images, f"datasets.{dataset.name}")


Folders = dict[str, dict[str, Path]]

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


def images(study: Study, folders: Folders) -> list[tuple[str, str]]:
    """Every (dataset, image) of a study."""
    return [(d.name, image) for d in study.datasets for image in folders.get(d.name, d.images)]


def curves(study: Study, figure: str) -> list[Curve]:
    """The curves that a figure draws; none where it draws something else."""
    block = getattr(study.figures, figure)
    if isinstance(block, QuantizationSweep):
        last = study.function_entries[block.function].settings[-1:]
        return [curve for coding in block.codings for curve in _curves(study, block.function, coding, last)]
    if not isinstance(block, Curves):
        return []
    found = [
        curve
        for coding, functions in block.curves.items()
        for function in functions
        for curve in _curves(study, function, coding, study.function_entries[function].settings)
    ]
    codecs = list(study.classical) if block.classical is None else block.classical
    return found + [Curve(codec, codec, None, None, None, ()) for codec in codecs]


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


def asked(study: Study, figure: str) -> Asked:
    """What a figure wants of each of its pictures; fits and files that others are made of are not named."""
    block, functions = getattr(study.figures, figure), study.function_entries
    if isinstance(block, FitCurves):
        return Asked([functions[name].settings[-1].path for name in fitted(study)], [], [])
    if isinstance(block, FilmStrip):
        return Asked([functions[block.function].settings[-1].path], [], [])
    if isinstance(block, Weights):
        return Asked([], weights_sweeps(study), [])
    return Asked([], [], list(dict.fromkeys(sweep for curve in curves(study, figure) for sweep in curve.sweeps)))


def fitted(study: Study) -> list[str]:
    """The functions whose fits' curves are drawn."""
    return study.figures.fit_curves.functions or list(study.function_entries)


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


def settings_by_path(entries: dict[str, Entry]) -> dict[str, dict[str, Any]]:
    """Every specification of some entries by its name in paths."""
    return {setting.path: setting.spec for entry in entries.values() for setting in entry.settings}
