"""A picture's function as bytes and back. docs/format.md is the specification."""

import zlib
from dataclasses import asdict, dataclass
from math import prod

from inrcodec.arithmetic.fixed_point import Step
from inrcodec.bitstream import header
from inrcodec.bitstream.errors import BitstreamError
from inrcodec.entropy import laplace, range_coder
from inrcodec.quantization.symbols import QuantizedTensor, largest_symbol
from inrcodec.quantization.uniform import tensor_bits
from inrcodec.representations.base import Representation

MAXIMUM_PARAMETERS = 1 << 24


@dataclass(frozen=True)
class ImplicitPicture:
    """All that a file says: the picture's size, its function, the function's quantized parameters."""

    width: int
    height: int
    channels: int
    sample_bits: int
    representation: Representation
    bits: int
    tensors: dict[str, QuantizedTensor]


@dataclass(frozen=True)
class Layout:
    """A parsed file before its parameters are decoded: enough for `inrcodec info`."""

    width: int
    height: int
    channels: int
    sample_bits: int
    bits: int
    representation: Representation
    tensor_fields: dict[str, dict[str, int]]
    parameters: int
    payload: bytes
    header_bytes: int
    file_bytes: int


def write(picture: ImplicitPicture) -> bytes:
    """Serialise; the same picture gives the same bytes.

    Raises:
        ValueError: a value does not fit the format.
    """
    head = {
        "version": header.VERSION,
        "width": picture.width,
        "height": picture.height,
        "channels": picture.channels,
        "sample_bits": picture.sample_bits,
        "bits": picture.bits,
        "representation": picture.representation.identifier,
    }
    layout = header.hyperparameter_fields(type(picture.representation))
    parts = [header.MAGIC, header.write_fields(header.PICTURE_FIELDS, head)]
    parts.append(header.write_fields(layout, asdict(picture.representation)))
    coded = []
    for name, shape in picture.representation.shapes(picture.channels).items():
        tensor = picture.tensors[name]
        if tensor.symbols.shape != shape:
            raise ValueError(f"{name} has shape {tensor.symbols.shape}, the representation's is {shape}")
        largest = largest_symbol(tensor.bits)
        scale = laplace.best_scale(tensor.symbols, largest)
        step = {"mantissa": tensor.step.mantissa, "shift": tensor.step.shift, "scale": scale}
        parts.append(header.write_fields(header.TENSOR_FIELDS, step))
        coded.append((tensor.symbols, scale, largest))
    parts.append(range_coder.encode(coded))
    data = b"".join(parts)
    return data + zlib.crc32(data).to_bytes(header.CHECKSUM_BYTES, "little")


def parse(data: bytes) -> Layout:
    """Check a file and read its header; parameters stay coded.

    Raises:
        BitstreamError: not one of our files, or damaged.
    """
    if data[: len(header.MAGIC)] != header.MAGIC:
        raise BitstreamError("magic", 0, header.MAGIC.hex(" "), data[: len(header.MAGIC)].hex(" ") or "nothing")
    end = len(data) - header.CHECKSUM_BYTES
    stored, computed = int.from_bytes(data[max(end, 0) :], "little"), zlib.crc32(data[: max(end, 0)])
    if end < len(header.MAGIC) or stored != computed:
        raise BitstreamError("checksum", max(end, 0), f"{computed:08x}", f"{stored:08x}: damaged or cut short")
    reader = header.Reader(data, len(header.MAGIC), end)
    head = reader.fields("header", header.PICTURE_FIELDS)
    kind = header.representation_kind(head["representation"], reader.offset - 1)
    representation = kind(**reader.fields("hyperparameters", header.hyperparameter_fields(kind)))
    shapes = representation.shapes(head["channels"])
    parameters = sum(prod(shape) for shape in shapes.values())
    if parameters > MAXIMUM_PARAMETERS:
        limit = f"at most {MAXIMUM_PARAMETERS} parameters"
        raise BitstreamError("hyperparameters", reader.offset, limit, str(parameters))
    tensors = {name: reader.fields(f"tensor {name}", header.TENSOR_FIELDS) for name in shapes}
    if (end - reader.offset) % 4:
        raise BitstreamError("payload", reader.offset, "whole 32-bit words", f"{end - reader.offset} bytes")
    return Layout(
        width=head["width"],
        height=head["height"],
        channels=head["channels"],
        sample_bits=head["sample_bits"],
        bits=head["bits"],
        representation=representation,
        tensor_fields=tensors,
        parameters=parameters,
        payload=data[reader.offset : end],
        header_bytes=reader.offset,
        file_bytes=len(data),
    )


def read(data: bytes) -> ImplicitPicture:
    """Check a file and decode its parameters.

    Raises:
        BitstreamError: not one of our files, or damaged.
    """
    return decode_parameters(parse(data))


def decode_parameters(layout: Layout) -> ImplicitPicture:
    """Decode a parsed file's parameters.

    Raises:
        BitstreamError: the payload cannot be the parameters'.
    """
    shapes = layout.representation.shapes(layout.channels)
    depths = {name: tensor_bits(name, layout.bits) for name in shapes}
    plan = [
        (prod(shape), layout.tensor_fields[name]["scale"], largest_symbol(depths[name]))
        for name, shape in shapes.items()
    ]
    try:
        symbols = range_coder.decode(layout.payload, plan)
    except (AssertionError, ValueError) as error:
        offset = layout.header_bytes
        raise BitstreamError("payload", offset, "range-coded parameters", f"invalid words ({error})") from None
    tensors = {
        name: QuantizedTensor(values.reshape(shape), _step(layout.tensor_fields[name]), depths[name])
        for (name, shape), values in zip(shapes.items(), symbols, strict=True)
    }
    return ImplicitPicture(
        layout.width,
        layout.height,
        layout.channels,
        layout.sample_bits,
        layout.representation,
        layout.bits,
        tensors,
    )


def _step(fields: dict[str, int]) -> Step:
    return Step(fields["mantissa"], fields["shift"])
