"""The header, declared once as data: writer, reader, `inrcodec info` and docs/format.md follow these lists."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

from inrcodec.bitstream.errors import BitstreamError
from inrcodec.representations import BY_IDENTIFIER, Representation

MAGIC = b"\x89INR"
VERSION = 1
CHECKSUM_BYTES = 4


@dataclass(frozen=True)
class Field:
    """An unsigned number of the header, a multiple in low..high: one byte, or a LEB128 varint."""

    name: str
    low: int
    high: int
    meaning: str
    varint: bool = False
    multiple_of: int = 1

    def allows(self, value: int) -> bool:
        """Whether a file may hold the value."""
        return self.low <= value <= self.high and value % self.multiple_of == 0

    @property
    def legal(self) -> str:
        """The legal values in words."""
        steps = f" in steps of {self.multiple_of}" if self.multiple_of > 1 else ""
        return f"{self.low}..{self.high}{steps}"

    @property
    def bytes_at_most(self) -> int:
        return -(-self.high.bit_length() // 7) if self.varint else 1


PICTURE_FIELDS = (
    Field("version", VERSION, VERSION, "format version; others are refused"),
    Field("width", 1, 1 << 20, "columns of the picture", varint=True),
    Field("height", 1, 1 << 20, "rows of the picture", varint=True),
    Field("channels", 1, 4, "1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha"),
    Field("sample_bits", 8, 16, "bits per sample", multiple_of=8),
    Field("bits", 2, 16, "bit depth of the weights' symbols"),
    Field("representation", 1, 255, "the function family"),
)
TENSOR_FIELDS = (
    Field("mantissa", 1, 255, "quantizer step = mantissa * 2**(shift - 20)"),
    Field("shift", 0, 24, "see mantissa"),
    Field("scale", 0, 255, "index of the Laplace model's scale, 2**(scale / 16 - 2) symbols"),
)


def hyperparameter_fields(kind: type[Representation]) -> tuple[Field, ...]:
    """The fields of a representation, in the order in which its dataclass declares them."""
    return tuple(
        Field(item.name, item.metadata["low"], item.metadata["high"], item.metadata["meaning"], varint=True)
        for item in fields(kind)
    )


def write_fields(layout: Sequence[Field], values: dict[str, int]) -> bytes:
    """Serialise `values` in the layout's order.

    Raises:
        ValueError: a value is out of its field's range.
    """
    data = bytearray()
    for field in layout:
        value = values[field.name]
        if not field.allows(value):
            raise ValueError(f"{field.name} is {value}, a file holds {field.legal}")
        while field.varint and value > 0x7F:
            data.append(value & 0x7F | 0x80)
            value >>= 7
        data.append(value)
    return bytes(data)


class Reader:
    """Reads fields one after another from a file's bytes, up to `end`."""

    def __init__(self, data: bytes, offset: int, end: int) -> None:
        self.data, self.offset, self.end = data, offset, end

    def fields(self, section: str, layout: Sequence[Field]) -> dict[str, int]:
        """The values of a layout by name.

        Raises:
            BitstreamError: the file ends early, or a value is out of range or longer than need be.
        """
        return {field.name: self._field(section, field) for field in layout}

    def _field(self, section: str, field: Field) -> int:
        start, value, count = self.offset, 0, 0
        while True:
            if self.offset >= self.end:
                raise BitstreamError(section, start, field.name, "the end of the file")
            byte = self.data[self.offset]
            self.offset += 1
            value |= (byte & 0x7F if field.varint else byte) << (7 * count)
            count += 1
            if not field.varint or byte < 0x80:
                break
            if count == field.bytes_at_most:
                raise BitstreamError(section, start, f"{field.name} in {count} bytes at most", "a longer number")
        if field.varint and count > 1 and byte == 0:
            raise BitstreamError(section, start, f"{field.name} in its shortest form", "a padded number")
        if not field.allows(value):
            raise BitstreamError(section, start, f"{field.name} in {field.legal}", str(value))
        return value


def representation_kind(identifier: int, offset: int) -> type[Representation]:
    """The representation class of an identifier.

    Raises:
        BitstreamError: no such representation.
    """
    if identifier not in BY_IDENTIFIER:
        known = ", ".join(f"{key} ({kind.name})" for key, kind in sorted(BY_IDENTIFIER.items()))
        raise BitstreamError("header", offset, f"a representation among {known}", str(identifier))
    return BY_IDENTIFIER[identifier]
