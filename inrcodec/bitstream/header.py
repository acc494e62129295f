"""The header, declared once as data: writer, reader, `inrcodec info` and docs/format.md follow these lists."""

from inrcodec.bitstream.errors import BitstreamError
from inrcodec.bitstream.fields import Field
from inrcodec.entropy import MODELS
from inrcodec.operations.colour import COLOURS
from inrcodec.operations.fixed_point import MAXIMUM_SHIFT
from inrcodec.quantization import RULES
from inrcodec.quantization.depths import EXTRA_BIAS_BITS, HIGHEST_BITS, LOWEST_BITS
from inrcodec.representations import BY_IDENTIFIER, Representation

MAGIC = b"\x89INR"
VERSION = 1
CHECKSUM_BYTES = 4
SHIFT_BITS = 5

PICTURE_FIELDS = (
    Field("version", VERSION, VERSION, "format version; others are refused"),
    Field("width", 1, 1 << 20, "columns of the picture", varint=True),
    Field("height", 1, 1 << 20, "rows of the picture", varint=True),
    Field("channels", 1, 4, "1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha"),
    Field("sample_bits", 8, 16, "bits per sample", multiple_of=8),
    Field("colour", 0, len(COLOURS) - 1, f"what the function gives: {', '.join(COLOURS)}"),
)
MEAN_FIELD = Field("mean", 0, 255, "mean of a component, in 2**-8 of the range")
FUNCTION_FIELDS = (
    Field("rule", 0, len(RULES) - 1, f"from symbols to parameters: {', '.join(RULES)}"),
    Field("bits", LOWEST_BITS, HIGHEST_BITS, "bit depth of symbols, but of biases"),
    Field("representation", 1, 255, "the function family"),
)
EXCEPTIONS_FIELD = Field("exceptions", 0, 255, "tensors with a rule and bit depth of their own")
EXCEPTION_FIELDS = (
    Field("tensor", 0, 255, "its place among the file's tensors, in rising order"),
    Field("rule", 0, len(RULES) - 1, "its rule"),
    Field("bits", LOWEST_BITS, HIGHEST_BITS + EXTRA_BIAS_BITS, "its bit depth"),
)
CODING_FIELD = Field(
    "coding", 0, (len(MODELS) - 1) << SHIFT_BITS | MAXIMUM_SHIFT, "32 times the entropy model, plus the step's shift"
)


def hyperparameter_fields(kind: type[Representation]) -> tuple[Field, ...]:
    """The fields of a representation, in the order in which it declares its hyperparameters."""
    return tuple(
        Field(name, declared.low, declared.high, declared.meaning, varint=True)
        for name, declared in kind.hyperparameters().items()
    )


def representation_kind(identifier: int, offset: int) -> type[Representation]:
    """The representation class of an identifier.

    Raises:
        BitstreamError: no such representation.
    """
    if identifier not in BY_IDENTIFIER:
        known = ", ".join(f"{key} ({kind.name})" for key, kind in sorted(BY_IDENTIFIER.items()))
        raise BitstreamError("header", offset, f"a representation among {known}", str(identifier))
    return BY_IDENTIFIER[identifier]
