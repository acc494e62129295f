"""A study's configuration: what it may say, what it means, and the lists of work that follow from it."""

import difflib
import re
import unicodedata
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from inrcodec.baselines.classical import CODECS
from inrcodec.files import InputError
from inrcodec.representations import REPRESENTATIONS
from workflow_scripts import folders


def _known(kind: str, names: Any) -> AfterValidator:
    def check(name: str) -> str:
        if name not in names:
            raise ValueError(f"no such {kind}, accepted are {', '.join(names)}")
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


class _Block(BaseModel):
    """Values are texts, as `configuration.read` gives them, or what they mean."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


Name = Annotated[str, AfterValidator(_named)]
Whole = Annotated[int, BeforeValidator(_whole)]
RepresentationName = Annotated[str, _known("representation", REPRESENTATIONS)]
CodecName = Annotated[str, _known("codec", CODECS)]
Method = Literal["ptq", "qat"]
Size = Annotated[str, Field(pattern=r"^[1-9][0-9]*x[1-9][0-9]*$")]
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


class Network(_Block):
    """One representation in several sizes."""

    representation: RepresentationName = Field(description="the function family")
    sizes: Annotated[list[Size], Field(min_length=1), Distinct] = Field(description="WIDTHxLAYERS, hidden")
    frequencies: Whole | None = Field(default=None, ge=1, le=32, description="of the positional encoding (16)")
    base_percent: Whole | None = Field(
        default=None, ge=101, le=200, description="ratio of successive frequencies in hundredths (140)"
    )

    @model_validator(mode="after")
    def _buildable(self) -> "Network":
        for size in self.sizes:
            self.hyperparameters(size)
        return self

    def hyperparameters(self, size: str) -> dict[str, int]:
        """Keyword arguments of the representation for one size."""
        width, layers = map(int, size.split("x"))
        given = {"frequencies": self.frequencies, "base_percent": self.base_percent}
        chosen = {"hidden_features": width, "hidden_layers": layers} | {k: v for k, v in given.items() if v}
        try:
            REPRESENTATIONS[self.representation](**chosen)
        except TypeError:
            surplus = ", ".join(k for k, v in given.items() if v)
            raise ValueError(f"representation {self.representation} has no {surplus}") from None
        return chosen


class FitSettings(_Block):
    """How every function is fitted."""

    steps: Whole = Field(default=1200, ge=1, le=10_000_000, description="optimizer steps")
    batch_px: Whole = Field(default=4096, ge=1, description="pixels per step")
    matrix_rate: float = Field(default=0.03, gt=0, le=1, description="Muon's step, relative to a matrix's size")
    vector_rate: float = Field(default=0.005, gt=0, le=1, description="Adam's step for everything else")
    seed: Whole = Field(default=0, ge=0, description="of initial parameters and batches")
    curve_points: Whole = Field(default=16, ge=2, le=1000, description="whole-picture looks for the fit's curve")
    film_frames: Whole = Field(default=6, ge=1, le=100, description="pictures kept on the way")


class Quantization(_Block):
    """The sweep that every fitted function goes through."""

    bits: Annotated[list[Annotated[Whole, Field(ge=2, le=16)]], Field(min_length=1), Distinct] = Field(
        description="bit depths"
    )
    methods: Annotated[list[Method], Field(min_length=1), Distinct] = Field(
        default=["ptq", "qat"], description="ptq: post-training rounding; qat: straight-through fine-tuning"
    )
    fine_tune_steps: Whole = Field(default=200, ge=1, description="qat: optimizer steps per bit depth")


class Figures(_Block):
    """What the figures show, where a study has more than one can."""

    image: Name | None = Field(default=None, description="picture of the close-up figures (the first)")
    model: str | None = Field(default=None, description="REPRESENTATION-WIDTHxLAYERS of the sweep (the first)")
    bits: Whole | None = Field(default=None, description="bit depth of the rate-distortion curves (the largest)")
    target_bpp: float = Field(default=0.5, gt=0, description="rate at which reconstructions are compared")


class Study(_Block):
    """A whole study."""

    study: Name = Field(description="results go to results/STUDY")
    datasets: Annotated[list[Dataset], Field(min_length=1)] = Field(description="pictures")
    networks: Annotated[list[Network], Field(min_length=1)] = Field(description="functions to fit")
    fit: FitSettings = FitSettings()
    quantization: Quantization = Field(description="bit depths and methods")
    classical: dict[CodecName, Annotated[list[Whole], Field(min_length=1), Distinct]] = Field(
        default={}, description="classical codecs and the qualities to run them at"
    )
    figures: Figures = Figures()
    complete_only: bool = Field(
        default=False,
        description="tables and figures only of pictures that have every score; missing.csv names the others",
    )

    @model_validator(mode="after")
    def _consistent(self) -> "Study":
        _distinct([dataset.name for dataset in self.datasets], "datasets: each needs a name of its own: ")
        _distinct([network.representation for network in self.networks], "networks: list all sizes in one block: ")
        for codec, qualities in self.classical.items():
            low, high = CODECS[codec].lowest, CODECS[codec].highest
            for quality in qualities:
                if not low <= quality <= high:
                    raise ValueError(f"classical.{codec} holds {quality}, accepted are {low} to {high}")
        self._figures_exist()
        return self

    def _figures_exist(self) -> None:
        choices = {"model": list(self.models()), "bits": self.quantization.bits}
        for key, accepted in choices.items():
            chosen = getattr(self.figures, key)
            if chosen is not None and chosen not in accepted:
                listed = ", ".join(map(str, accepted))
                raise ValueError(f"figures.{key} is {chosen}, this study has {listed}")

    def models(self) -> dict[str, dict[str, Any]]:
        """`REPRESENTATION-WIDTHxLAYERS` -> representation and its hyperparameters."""
        return {
            f"{network.representation}-{size}": {
                "representation": network.representation,
                "hyperparameters": network.hyperparameters(size),
            }
            for network in self.networks
            for size in network.sizes
        }


def load(config: dict[str, Any]) -> Study:
    """Validate a configuration.

    Raises:
        InputError: one line per mistake: the key, its value, what is accepted.
    """
    try:
        return Study.model_validate(config)
    except ValidationError as error:
        raise InputError("\n".join(f"config: {_line(item)}" for item in error.errors())) from None


def _line(item: Any) -> str:
    key = ".".join(str(part) for part in item["loc"] if part != "[key]")
    value, kind = item["input"], item["type"]
    if kind == "extra_forbidden":
        return f"{key}: unknown key{_hint(item['loc'])}"
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


def _hint(location: tuple) -> str:
    block: Any = Study
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


class Shown(BaseModel):
    """What the close-up figures show."""

    dataset: str
    image: str
    model: str
    bits: int
    method: str


def images(study: Study, folders: Folders) -> list[tuple[str, str]]:
    """Every (dataset, image) of a study."""
    return [(d.name, image) for d in study.datasets for image in folders.get(d.name, d.images)]


def shown(study: Study, pictures: list[tuple[str, str]]) -> Shown:
    """The figures' choices, with the defaults filled in.

    Args:
        pictures: those that the figures are about, as (dataset, image).

    Raises:
        InputError: `figures.image` is none of them.
    """
    names = [image for _, image in pictures]
    chosen = study.figures.image
    if chosen not in names and (chosen is None or study.complete_only):
        chosen = names[0]
    if chosen not in names:
        raise InputError(f"config: figures.image is {chosen!r}: this study has {', '.join(names)}")
    dataset, image = next(pair for pair in pictures if pair[1] == chosen)
    return Shown(
        dataset=dataset,
        image=image,
        model=study.figures.model or next(iter(study.models())),
        bits=study.figures.bits or max(study.quantization.bits),
        method="qat" if "qat" in study.quantization.methods else "ptq",
    )


def reconstructed_codecs(study: Study, shown: Shown) -> list[str]:
    """Every representation at the shown bits, and the oldest and newest classical codec."""
    implicit = [f"{network.representation}-{shown.bits}bit-{shown.method}" for network in study.networks]
    return implicit + [codec for codec in ("jpeg", "avif") if codec in study.classical]
