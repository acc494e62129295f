"""A picture's function as bytes and back. docs/format.md is the specification."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from math import prod
from typing import Any

import numpy as np

from inrcodec import entropy
from inrcodec.bitstream import header, latents
from inrcodec.bitstream.errors import BitstreamError
from inrcodec.bitstream.fields import Reader, write_field, write_fields
from inrcodec.entropy import range_coder
from inrcodec.entropy.base import Model
from inrcodec.files import InputError
from inrcodec.operations.colour import COLOURS, Colour
from inrcodec.operations.fixed_point import MAXIMUM_SHIFT, PARAMETER_FRACTION_BITS
from inrcodec.operations.space import Parameter
from inrcodec.quantization import BY_IDENTIFIER as RULE_BY_IDENTIFIER
from inrcodec.quantization import RULES
from inrcodec.quantization.base import QuantizedTensor, Rule, largest_symbol
from inrcodec.quantization.depths import Depths
from inrcodec.representations.base import Representation, Tensor, frozen, travelling

MAXIMUM_PARAMETERS = 1 << 24


@dataclass(frozen=True)
class ImplicitPicture:
    """All that a file says: the picture's size, its function, the function's quantized parameters.

    `entropy`: how parameters are to be coded, in entropy.CHOICES; a matter of writing, not of what is said.
    `grids`: int16 arrays of latents, where the representation has some.
    """

    width: int
    height: int
    channels: int
    sample_bits: int
    colour: Colour
    representation: Representation
    depths: Depths
    tensors: dict[str, QuantizedTensor]
    entropy: str = entropy.CHEAPEST
    grids: dict[str, np.ndarray] = field(default_factory=dict)

    @property
    def parameters(self) -> dict[str, Parameter]:
        """What the function's forward pass takes, by name: those of the file and those that follow without it."""
        declared = self.representation.tensors(self.channels, self.width, self.height)
        tensors = {name: tensor.parameter for name, tensor in self.tensors.items()}
        grids = {name: Parameter(grid, 1 << PARAMETER_FRACTION_BITS) for name, grid in self.grids.items()}
        return tensors | frozen(declared) | grids


@dataclass(frozen=True)
class CodedTensor:
    """How a tensor of a file is coded: its place in words, and what its header says."""

    declared: Tensor
    rule: Rule
    bits: int
    settings: dict[str, Any]
    model: Model
    model_settings: dict[str, Any]

    def table(self) -> tuple[int, np.ndarray]:
        """As `Model.table`."""
        return self.model.table(self.model_settings, largest_symbol(self.bits))

    def code_bits(self, symbols: np.ndarray) -> float:
        """The ideal code length of the tensor's symbols, in bits."""
        return self.model.code_bits(symbols, self.model_settings, largest_symbol(self.bits))


@dataclass(frozen=True)
class Layout:
    """A parsed file before its parameters are decoded: enough for `inrcodec info`."""

    width: int
    height: int
    channels: int
    sample_bits: int
    colour: Colour
    depths: Depths
    representation: Representation
    tensors: dict[str, CodedTensor]
    payload: bytes
    header_bytes: int
    file_bytes: int

    @property
    def bits(self) -> int:
        """The bit depth of most tensors."""
        return self.depths.bits

    @property
    def parameters(self) -> int:
        """How many numbers the file holds."""
        return sum(prod(tensor.declared.shape) for tensor in self.tensors.values())

    @property
    def latents(self) -> int:
        """How many integers its grids hold."""
        return sum(map(prod, self.representation.grids(self.width, self.height).values()))

    @property
    def waves(self) -> int:
        """How many waves its grids are decoded in."""
        return sum(map(latents.waves, self.representation.grids(self.width, self.height).values()))

    @property
    def multiply_adds(self) -> int:
        """What a sample takes, by tensors that the file holds and those that it does not."""
        declared = self.representation.tensors(self.channels, self.width, self.height)
        return sum(tensor.multiply_adds for tensor in declared.values())


def write(picture: ImplicitPicture) -> bytes:
    """Serialise; the same picture gives the same bytes.

    Raises:
        ValueError: a value does not fit the format.
    """
    kind, depths = type(picture.representation), picture.depths
    declared = travelling(picture.representation.tensors(picture.channels, picture.width, picture.height))
    head = {
        "version": header.VERSION,
        "width": picture.width,
        "height": picture.height,
        "channels": picture.channels,
        "sample_bits": picture.sample_bits,
        "colour": COLOURS.index(picture.colour.name),
    }
    parts = [header.MAGIC, write_fields(header.PICTURE_FIELDS, head)]
    if picture.colour.has_means:
        parts += [write_field(header.MEAN_FIELD, mean) for mean in picture.colour.means]
    function = {"rule": RULES[depths.rule].identifier, "bits": depths.bits, "representation": kind.identifier}
    parts.append(write_fields(header.FUNCTION_FIELDS, function))
    for item in header.hyperparameter_fields(kind):
        stored = kind.hyperparameters()[item.name].stored(getattr(picture.representation, item.name))
        text = stored if isinstance(stored, bytes) else b""
        parts += [write_field(item, len(text) if text else stored), text]
    parts.append(_exceptions(depths, list(declared)))
    coded = []
    for name, about in declared.items():
        tensor = picture.tensors[name]
        if tensor.symbols.shape != about.shape:
            raise ValueError(f"{name} has shape {tensor.symbols.shape}, the representation's is {about.shape}")
        if (tensor.rule, tensor.bits) != depths.of(name, about.role):
            raise ValueError(f"{name} is {tensor.rule.name} of {tensor.bits} bits, which the file does not say of it")
        largest = largest_symbol(tensor.bits)
        model, model_settings = entropy.choose(picture.entropy, tensor.symbols, largest)
        parts.append(_tensor_header(tensor, model) + model.write(model_settings, largest))
        coded.append((tensor.symbols, *model.table(model_settings, largest)))
    parts.append(_payload(picture, coded))
    data = b"".join(parts)
    return data + zlib.crc32(data).to_bytes(header.CHECKSUM_BYTES, "little")


def _payload(picture: ImplicitPicture, coded: list[range_coder.Coded]) -> bytes:
    encoder = range_coder.Encoder()
    range_coder.encode(encoder, coded)
    shapes = picture.representation.grids(picture.width, picture.height)
    if shapes:
        found = {name: grid.shape for name, grid in picture.grids.items()}
        if found != shapes:
            raise ValueError(f"grids have shapes {found}, the representation's are {shapes}")
        grids = [picture.grids[name] for name in shapes]
        latents.encode(encoder, grids, picture.representation.context(picture.parameters))
    return range_coder.words(encoder)


def _exceptions(depths: Depths, names: list[str]) -> bytes:
    if unknown := sorted(depths.exceptions.keys() - set(names)):
        raise ValueError(f"exceptions of {', '.join(unknown)}, tensors are {', '.join(names)}")
    data = write_field(header.EXCEPTIONS_FIELD, len(depths.exceptions))
    for index, name in enumerate(names):
        if name in depths.exceptions:
            rule, bits = depths.exceptions[name]
            fields = {"tensor": index, "rule": RULES[rule].identifier, "bits": bits}
            data += write_fields(header.EXCEPTION_FIELDS, fields)
    return data


def _tensor_header(tensor: QuantizedTensor, model: Model) -> bytes:
    coding = model.identifier << header.SHIFT_BITS | tensor.settings.get("shift", 0)
    data = write_field(header.CODING_FIELD, coding)
    for item in tensor.rule.fields:
        value = tensor.settings[item.name]
        for number in value if item.name in tensor.rule.per_row else (value,):
            data += write_field(item, number)
    return data


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
    return read_layout(Reader(data, len(header.MAGIC), end))


def read_layout(reader: Reader) -> Layout:
    """Read the header that begins where `reader` is.

    Raises:
        BitstreamError: the header is damaged.
    """
    head = reader.fields("header", header.PICTURE_FIELDS)
    colour = _read_colour(reader, head)
    function = reader.fields("header", header.FUNCTION_FIELDS)
    kind = header.representation_kind(function["representation"], reader.offset - 1)
    representation, tensors = _read_representation(reader, kind, head)
    parameters = sum(prod(tensor.shape) for tensor in tensors.values())
    if parameters > MAXIMUM_PARAMETERS:
        limit = f"at most {MAXIMUM_PARAMETERS} parameters"
        raise BitstreamError("hyperparameters", reader.offset, limit, str(parameters))
    depths = _read_depths(reader, function, tensors)
    coded = {name: _read_tensor(reader, name, tensor, depths) for name, tensor in tensors.items()}
    payload = reader.data[reader.offset : reader.end]
    if len(payload) % 4:
        raise BitstreamError("payload", reader.offset, "whole 32-bit words", f"{len(payload)} bytes")
    return Layout(
        width=head["width"],
        height=head["height"],
        channels=head["channels"],
        sample_bits=head["sample_bits"],
        colour=colour,
        depths=depths,
        representation=representation,
        tensors=coded,
        payload=payload,
        header_bytes=reader.offset,
        file_bytes=len(reader.data),
    )


def _read_colour(reader: Reader, head: dict[str, int]) -> Colour:
    colour = Colour(COLOURS[head["colour"]], (128,) * head["channels"])
    if colour.is_ycbcr and head["channels"] < 3:
        raise BitstreamError("header", reader.offset - 1, "a colour of grey pictures", colour.name)
    if not colour.has_means:
        return colour
    return Colour(colour.name, tuple(reader.field("header", header.MEAN_FIELD) for _ in range(head["channels"])))


def _read_representation(
    reader: Reader, kind: type[Representation], head: dict[str, int]
) -> tuple[Representation, dict[str, Tensor]]:
    """The function, and its tensors in the file."""
    settings: dict[str, Any] = {}
    start = reader.offset
    for item in header.hyperparameter_fields(kind):
        declared, number = kind.hyperparameters()[item.name], reader.field("hyperparameters", item)
        settings[item.name] = (
            reader.text("hyperparameters", item, number) if declared.longest else declared.value(number)
        )
    try:
        representation = kind(**settings)
        tensors = travelling(representation.tensors(head["channels"], head["width"], head["height"]))
    except InputError as error:
        raise BitstreamError("hyperparameters", start, f"settings of {kind.name}", str(error)) from None
    # What a representation fills in by itself, a file must say.
    for name, value in settings.items():
        if getattr(representation, name) != value:
            raise BitstreamError("hyperparameters", start, f"{name} {getattr(representation, name)}", str(value))
    return representation, tensors


def _read_depths(reader: Reader, function: dict[str, int], tensors: dict[str, Tensor]) -> Depths:
    names, exceptions, last = list(tensors), {}, -1
    for _ in range(reader.field("exceptions", header.EXCEPTIONS_FIELD)):
        # In the tensors' order: each set of exceptions has one way to be written.
        tensor, *others = header.EXCEPTION_FIELDS
        last = reader.field("exceptions", replace(tensor, low=last + 1, high=len(names) - 1))
        found = reader.fields("exceptions", others)
        exceptions[names[last]] = RULE_BY_IDENTIFIER[found["rule"]].name, found["bits"]
    return Depths(RULE_BY_IDENTIFIER[function["rule"]].name, function["bits"], exceptions)


def _read_tensor(reader: Reader, name: str, tensor: Tensor, depths: Depths) -> CodedTensor:
    section, start = f"tensor {name}", reader.offset
    rule, bits = depths.of(name, tensor.role)
    coding = reader.field(section, header.CODING_FIELD)
    model = entropy.BY_IDENTIFIER[coding >> header.SHIFT_BITS]
    settings: dict[str, Any] = {}
    shift, highest = coding & ((1 << header.SHIFT_BITS) - 1), MAXIMUM_SHIFT if rule.fields else 0
    if shift > highest:
        raise BitstreamError(section, start, f"shift in 0..{highest}", str(shift))
    if rule.fields:
        settings["shift"] = shift
    for item in rule.fields:
        if item.name in rule.per_row:
            settings[item.name] = tuple(reader.field(section, item) for _ in range(tensor.shape[0]))
        else:
            settings[item.name] = reader.field(section, item)
    return CodedTensor(tensor, rule, bits, settings, model, model.read(reader, section, largest_symbol(bits)))


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
    # One table at a time: the largest take 8 MiB each.
    plan = ((prod(tensor.declared.shape), *tensor.table()) for tensor in layout.tensors.values())
    with _refused(layout, "range-coded parameters"):
        decoder = range_coder.decoder(layout.payload)
        symbols = range_coder.decode(decoder, plan)
    tensors = {}
    for (name, tensor), values in zip(layout.tensors.items(), symbols, strict=True):
        values = values.reshape(tensor.declared.shape)
        tensors[name] = QuantizedTensor(values, tensor.rule, tensor.bits, tensor.settings, tensor.declared.base)
    picture = ImplicitPicture(
        layout.width,
        layout.height,
        layout.channels,
        layout.sample_bits,
        layout.colour,
        layout.representation,
        layout.depths,
        tensors,
    )
    shapes = layout.representation.grids(layout.width, layout.height)
    if not shapes:
        return picture
    with _refused(layout, "a context network and latents in range"):
        context = layout.representation.context(picture.parameters)
        grids = latents.decode(decoder, list(shapes.values()), context)
    return replace(picture, grids=dict(zip(shapes, grids, strict=True)))


@contextmanager
def _refused(layout: Layout, expected: str) -> Iterator[None]:
    try:
        yield
    except (AssertionError, ValueError) as error:
        raise BitstreamError("payload", layout.header_bytes, expected, f"invalid words ({error})") from None
