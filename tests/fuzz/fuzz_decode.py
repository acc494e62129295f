"""Fuzz the decoder: whatever the bytes, the outcome is a picture as declared or a BitstreamError, soon and in little
memory. With atheris where it is installed, else with `--plain`; tests/fuzz/README.md has the commands.
"""

import argparse
import json
import random
import resource
import signal
import sys
import time
import warnings
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from hashlib import sha256
from pathlib import Path
from types import FrameType

try:
    import atheris
except ImportError:
    atheris = None

with atheris.instrument_imports(include=["inrcodec"]) if atheris else nullcontext():
    from inrcodec.bitstream import container, fields, header
    from inrcodec.bitstream.errors import BitstreamError
    from inrcodec.decoding.decoder import Limits, decode

CORPUS = Path(__file__).parent / "corpus"
GOLDEN = Path(__file__).parents[1] / "golden"
LIMITS = Limits(pixels=1 << 14, multiply_adds=1 << 31)
SECONDS_PER_FILE = 10
MEMORY_BYTES = 1 << 30
"""How much the process may grow over all files: the most parameters that a file may have take half of it."""
RESEALED = 0.9
"""The share of mutated files that get a right checksum: with a wrong one nothing behind it is reached."""


def outcome(data: bytes) -> str:
    """What becomes of a file: `decoded`, or the section for which it is refused.

    Raises:
        Exception: anything but a BitstreamError, or a picture unlike the one asked for: a finding.
    """
    try:
        layout = container.parse(data)
        size, region = _request(layout, int.from_bytes(data[-header.CHECKSUM_BYTES :], "little"))
        pixels = decode(data, size=size, region=region, limits=LIMITS)
    except BitstreamError as error:
        return error.section.split()[0]
    width, height = region[2:] if region else size or (layout.width, layout.height)
    if pixels.shape != (height, width, layout.channels) or pixels.dtype.itemsize * 8 != layout.sample_bits:
        raise AssertionError(f"{pixels.shape} {pixels.dtype} for {width}x{height}, {layout}")
    return "decoded"


def _request(layout: container.Layout, chance: int) -> tuple[tuple[int, int] | None, tuple[int, int, int, int] | None]:
    """A size and a region to ask of the decoder, so that they see hostile files too; half of the files get neither."""
    size = region = None
    if chance & 1:
        size = 1 + (chance >> 8) % 50, 1 + (chance >> 14) % 50
    if chance & 2:
        width, height = size or (layout.width, layout.height)
        x, y = (chance >> 8) % width, (chance >> 20) % height
        region = x, y, width - x, min(height - y, 9)
    return size, region


class Watch:
    """Counts outcomes, and turns a file that takes too long or too much memory into a finding."""

    def __init__(self, outcome: Callable[[bytes], str], accepted: str) -> None:
        self.outcome, self.accepted = outcome, accepted
        self.outcomes: Counter[str] = Counter()
        self.slowest_s = 0.0
        self.started = time.perf_counter()
        self.memory = _peak_bytes()
        signal.signal(signal.SIGALRM, self._expire)
        # Beyond this an allocation fails, and the MemoryError is a finding; threads reserve much that they never use.
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (1 << 33, hard))

    def run(self, data: bytes) -> str:
        """Run one file and return its outcome."""
        started = time.perf_counter()
        signal.alarm(SECONDS_PER_FILE)
        try:
            found = self.outcome(data)
        finally:
            signal.alarm(0)
        self.slowest_s = max(self.slowest_s, time.perf_counter() - started)
        if self.grown_bytes > MEMORY_BYTES:
            raise MemoryError(f"grew by {self.grown_bytes >> 20} MiB")
        self.outcomes[found] += 1
        return found

    @property
    def grown_bytes(self) -> int:
        return _peak_bytes() - self.memory

    def summary(self) -> str:
        """One line of JSON."""
        facts = {
            "files": self.outcomes.total(),
            self.accepted: self.outcomes[self.accepted],
            "rejected": {name: count for name, count in sorted(self.outcomes.items()) if name != self.accepted},
            "seconds": round(time.perf_counter() - self.started, 1),
            "slowest_s": round(self.slowest_s, 3),
            "grown_mib": self.grown_bytes >> 20,
        }
        return json.dumps(facts)

    @staticmethod
    def _expire(number: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"a file took longer than {SECONDS_PER_FILE} s")


def _peak_bytes() -> int:
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def resealed(data: bytes) -> bytes:
    """The same bytes with a checksum that is right again."""
    body = data[: -header.CHECKSUM_BYTES]
    return body + zlib.crc32(body).to_bytes(header.CHECKSUM_BYTES, "little")


def mutated(data: bytes, other: bytes, chance: random.Random) -> bytes:
    """A few random edits of a file, some of which know its fields, some of which take bytes of another file."""
    body = bytearray(data[: -header.CHECKSUM_BYTES])
    for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
        chance.choice((_set_field, _set_field, _set_byte, _flip_bit, _insert, _delete, _splice, _truncate))(
            body, other, chance
        )
    seal = data[-header.CHECKSUM_BYTES :]
    return resealed(bytes(body) + seal) if chance.random() < RESEALED else bytes(body) + seal


def _set_field(body: bytearray, other: bytes, chance: random.Random) -> None:
    if spans := field_spans(bytes(body)):
        field, start, stop = chance.choice(spans)
        value = chance.choice((field.low, field.high, field.low - 1, field.high + 1, field.low + 1, field.high - 1))
        if chance.random() < 0.5:
            # Small numbers are where files that decode are; logarithms find them in wide ranges.
            value = int(2 ** chance.uniform(0, (field.high + 1).bit_length()))
        body[start:stop] = _varint(max(value, 0)) if field.varint else bytes([value & 0xFF])


def _set_byte(body: bytearray, other: bytes, chance: random.Random) -> None:
    if body:
        body[_place(body, chance)] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))


def _flip_bit(body: bytearray, other: bytes, chance: random.Random) -> None:
    if body:
        body[_place(body, chance)] ^= 1 << chance.randrange(8)


def _insert(body: bytearray, other: bytes, chance: random.Random) -> None:
    place = chance.randrange(len(body) + 1)
    body[place:place] = chance.randbytes(chance.choice((1, 2, 4, 4, 16)))


def _delete(body: bytearray, other: bytes, chance: random.Random) -> None:
    place = chance.randrange(len(body) + 1)
    del body[place : place + chance.choice((1, 2, 4, 4, 16))]


def _splice(body: bytearray, other: bytes, chance: random.Random) -> None:
    """The tail of another file, or a piece of it over bytes of this one."""
    start = chance.randrange(len(other) + 1)
    place = chance.randrange(len(body) + 1)
    length = chance.choice((4, 8, 40, len(other)))
    body[place : place + length] = other[start : start + length]


def _truncate(body: bytearray, other: bytes, chance: random.Random) -> None:
    # Whole words off the end are what leaves a file valid.
    del body[max(0, len(body) - chance.choice((1, 4, 8, 40, len(body) // 2))) :]


EDITS = (_set_byte, _flip_bit, _insert, _delete, _splice, _truncate)
"""Edits that know no format."""


def _place(body: bytearray, chance: random.Random) -> int:
    """Half of all edits go to the header, which is short."""
    return chance.randrange(len(body) if chance.random() < 0.5 else min(len(body), 40))


def field_spans(data: bytes) -> list[tuple[fields.Field, int, int]]:
    """Every field of a header without its checksum, and where it lies, as far as the header makes sense."""
    spans: list[tuple[fields.Field, int, int]] = []
    with suppress(BitstreamError):
        container.read_layout(fields.Reader(data, len(header.MAGIC), len(data), spans))
    return spans


def _varint(value: int) -> bytes:
    data = bytearray()
    while value > 0x7F:
        data.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*data, value])


@contextmanager
def keeping(data: bytes, folder: Path, suffix: str = ".inr") -> Iterator[None]:
    """Keep the file in `folder` should it be a finding."""
    try:
        yield
    except BaseException:
        path = folder / f"finding-{sha256(data).hexdigest()[:8]}{suffix}"
        path.write_bytes(data)
        print(f"{path}: {len(data)} bytes: {data[:200].hex()}", file=sys.stderr)
        raise


def _pool(only: str = "") -> list[bytes]:
    paths = [path for folder in (CORPUS, GOLDEN) for path in sorted(folder.glob("*.inr"))]
    return [path.read_bytes() for path in paths if only in path.name]


def plain(count: int, seed: int, findings: Path, only: str) -> None:
    """Run `count` mutated files of the corpus, or only of those with such a name, warnings being errors."""
    warnings.simplefilter("error")
    chance = random.Random(seed)
    pool, others = _pool(only), _pool()
    watch = Watch(outcome, "decoded")
    for _ in range(count):
        data = mutated(chance.choice(pool), chance.choice(others), chance)
        with keeping(data, findings):
            watch.run(data)
    print(watch.summary())


def guided(arguments: list[str]) -> None:
    """Fuzz by coverage with atheris; the arguments are libFuzzer's."""
    watch = Watch(outcome, "decoded")
    pool = _pool()

    def mutate(data: bytes, size: int, seed: int) -> bytes:
        chance = random.Random(seed)
        if len(data) < 30 or chance.random() < 0.5:
            data = atheris.Mutate(data, size)
            return resealed(data) if chance.random() < RESEALED else data
        return mutated(data, chance.choice(pool), chance)[:size]

    atheris.Setup(arguments, lambda data: watch.run(data) and None, custom_mutator=mutate)
    try:
        atheris.Fuzz()
    finally:
        print(watch.summary(), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Fuzz the decoder.", epilog="Other arguments go to libFuzzer.")
    parser.add_argument("--plain", type=int, metavar="N", help="mutate the corpus N times, without atheris")
    parser.add_argument("--seed", type=int, default=0, help="of --plain (default 0)")
    parser.add_argument("--findings", type=Path, default=Path(), help="folder for files that --plain finds")
    parser.add_argument("--only", default="", metavar="NAME", help="with --plain: files with this in their names")
    options, others = parser.parse_known_args()
    if options.plain is not None:
        plain(options.plain, options.seed, options.findings, options.only)
    elif atheris:
        guided([sys.argv[0], *others])
    else:
        parser.error("atheris is not installed: pip install atheris, or --plain N")


if __name__ == "__main__":
    main()
