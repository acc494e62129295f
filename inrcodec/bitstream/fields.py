"""Numbers of a header: what each may be, and how they are written and read."""

from collections.abc import Sequence
from dataclasses import dataclass

from inrcodec.bitstream.errors import BitstreamError


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
        return max(1, -(-self.high.bit_length() // 7)) if self.varint else 1


def write_field(field: Field, value: int) -> bytes:
    """Serialise one number.

    Raises:
        ValueError: it is out of its field's range.
    """
    if not field.allows(value):
        raise ValueError(f"{field.name} is {value}, a file holds {field.legal}")
    data = bytearray()
    while field.varint and value > 0x7F:
        data.append(value & 0x7F | 0x80)
        value >>= 7
    data.append(value)
    return bytes(data)


def write_fields(layout: Sequence[Field], values: dict[str, int]) -> bytes:
    """Serialise `values` in the layout's order.

    Raises:
        ValueError: a value is out of its field's range.
    """
    return b"".join(write_field(field, values[field.name]) for field in layout)


class Reader:
    """Reads fields one after another from a file's bytes, up to `end`; adds where each one lay to `spans`, if given."""

    def __init__(self, data: bytes, offset: int, end: int, spans: list[tuple[Field, int, int]] | None = None) -> None:
        self.data, self.offset, self.end, self.spans = data, offset, end, spans

    def fields(self, section: str, layout: Sequence[Field]) -> dict[str, int]:
        """The values of a layout by name.

        Raises:
            BitstreamError: the file ends early, or a value is out of range or longer than need be.
        """
        return {field.name: self.field(section, field) for field in layout}

    def text(self, section: str, field: Field, length: int) -> str:
        """As many bytes of UTF-8; raises as `fields`."""
        start, self.offset = self.offset, self.offset + length
        if self.offset > self.end:
            raise BitstreamError(section, start, f"{length} bytes of {field.name}", "the end of the file")
        try:
            return self.data[start : self.offset].decode()
        except UnicodeDecodeError:
            raise BitstreamError(section, start, f"{field.name} in UTF-8", "other bytes") from None

    def field(self, section: str, field: Field) -> int:
        """One value; raises as `fields`."""
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
        if self.spans is not None:
            self.spans.append((field, start, self.offset))
        return value
