"""The blocks that a study is made of: pictures, settings of fits and of codings; the types of their values."""

import re
import unicodedata
from contextlib import suppress
from dataclasses import dataclass, fields
from functools import cache, partial
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, create_model, model_validator

from inrcodec.baselines.classical import CODECS
from inrcodec.entropy import CHEAPEST, CHOICES
from inrcodec.fitting.deciders import DECIDERS
from inrcodec.fitting.objectives import OBJECTIVES
from inrcodec.operations.colour import COLOURS
from inrcodec.quantization import RULES
from inrcodec.quantization.depths import HIGHEST_BITS, LOWEST_BITS
from inrcodec.representations import REPRESENTATIONS
from inrcodec.representations.base import Hyperparameter
from workflow_scripts import folders, mistakes


class Block(BaseModel):
    """Values are texts, as `configuration.read` gives them, or what they mean."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


@dataclass(frozen=True)
class Choices:
    """Beside a validator: the names that it accepts."""

    names: tuple[str, ...]


def _one_of(kind: str, names: Any) -> Any:
    """The type of a text that is one of some names."""

    def check(name: str) -> str:
        if name not in names:
            raise ValueError(mistakes.unknown(kind, name, names))
        return name

    return Annotated[str, AfterValidator(check), Choices(tuple(names))]


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
        raise ValueError(f"accepted are {declared.accepted}{mistakes.meant(str(value), declared.choices)}")
    return declared.value(stored)


def distinct(values: list, what: str = "") -> list:
    """The same values.

    Raises:
        ValueError: one of them is there more than once.
    """
    repeated = sorted({str(value) for value in values if values.count(value) > 1})
    if repeated:
        raise ValueError(f"{what}{', '.join(repeated)} named more than once")
    return values


Name = Annotated[str, AfterValidator(_named)]
Whole = Annotated[int, BeforeValidator(_whole)]
CodecName = _one_of("codec", CODECS)
ObjectiveName = _one_of("objective", OBJECTIVES)
ColourName = _one_of("colour", COLOURS)
DeciderName = _one_of("decider", DECIDERS)
RuleName = _one_of("rule", RULES)
EntropyName = _one_of("entropy model", CHOICES)
Distinct = AfterValidator(lambda values: distinct(values))


class Dataset(Block):
    """Where a set of pictures comes from. Kinds: see docs/configuration.md."""

    name: Name = Field(
        description="names the dataset in paths and tables; a dataset named `kodak` gets the published curves"
    )
    kind: Literal["packaged", "download", "folder"] = Field(
        description="photographs inside scikit-image and scikit-learn; pictures from `mirrors`; your own"
    )
    images: Annotated[list[Name], Distinct] = Field(
        default=[],
        description="`packaged`: of astronaut, chelsea, coffee, hubble, retina, rocket, china, flower; `folder`: see "
        "below, all of it when left out",
    )
    path: str | None = Field(
        default=None,
        description="`folder`: where the pictures are, relative to the file that says so (in `--config`: to the "
        "working directory), `~/` is your home (PNG, JPEG, TIFF, WebP, BMP, AVIF, JPEG XL, PPM; 8-bit grey or RGB)",
    )
    mirrors: list[str] = Field(
        default=[],
        description="`download`: addresses with `{image}`, tried in turn; `ADDRESS#PATH` is a file in a `.deb` or "
        "`.tar` archive",
    )
    digests: dict[str, str] = Field(
        default={},
        description="`download`: SHA-256 of each picture's decoded RGB bytes, so that a re-encoded PNG is welcome and "
        "a wrong or cut one is not",
    )
    max_side_px: Whole | None = Field(
        default=None,
        ge=1,
        le=65536,
        description="shrink (Lanczos) pictures whose longer side is larger; null keeps them",
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


class FitSettings(Block):
    """How a function is fitted."""

    steps: Whole = Field(default=1200, ge=1, le=10_000_000, description="optimizer steps")
    batch_px: Whole = Field(default=4096, ge=1, description="pixels per step")
    optimizer: Literal["muon", "adam"] = Field(default="muon", description="of hidden matrices; Adam moves the rest")
    restarts: Whole = Field(default=1, ge=1, le=1000, description="how often the cosine of the rates is gone through")
    matrix_rate: float = Field(
        default=0.03, gt=0, le=1, description="Muon's step for hidden matrices, relative to a matrix's initial size"
    )
    vector_rate: float = Field(default=0.005, gt=0, le=1, description="Adam's step for everything else")
    objective: ObjectiveName = Field(default="l2", description="what is minimised, see below")
    magnitude_weight: float = Field(
        default=0.0,
        ge=0,
        le=1,
        description="of the sum of the parameters' magnitudes in the loss of what has no grids; Strümpler et al. have "
        "2.5e-6 of samples in 0..1",
    )
    colour: ColourName = Field(default="rgb", description="what the function gives, see below")
    seed: Whole = Field(default=0, ge=0, description="of initial parameters and batches")
    curve_points: Whole = Field(default=16, ge=2, le=1000, description="looks at the whole picture for the fit's curve")
    film_frames: Whole = Field(default=6, ge=1, le=100, description="pictures kept on the way, for the film strip")


class LatentFitSettings(FitSettings):
    """How a function with grids of latents is fitted: steps are on crops, and have rates and sizes of their own."""

    rate_weight: float = Field(
        default=0.001, gt=0, le=100, description="lambda: distance + lambda bits per pixel is minimised"
    )


def fit_block(representation: str) -> type[FitSettings]:
    """How functions of a representation are fitted."""
    return LatentFitSettings if REPRESENTATIONS[representation].has_grids else FitSettings


class CodingSettings(Block):
    """How a fitted function becomes a file; deciders add settings of their own."""

    decider: DeciderName = Field(description="who chooses the integers, see below")
    bits: Whole = Field(default=8, ge=LOWEST_BITS, le=HIGHEST_BITS, description="bit depth; biases get 4 more")
    rule: RuleName = Field(default="uniform", description="from integers to parameters, see below")
    entropy: EntropyName = Field(
        default=CHEAPEST,
        description="the entropy model: tensor by tensor the one with the fewest bits, or always the same",
    )

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
    base = fit_block(representation)
    return create_model(representation, __base__=base, **_declared_keys(kind.hyperparameters(), defaults))


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
