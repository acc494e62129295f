"""Rules of the file from symbols to parameters. A new one is a module here and a line in RULES."""

from inrcodec.quantization.base import Rule
from inrcodec.quantization.companded import Companded
from inrcodec.quantization.half import Half
from inrcodec.quantization.uniform import PerRow, Uniform

RULES: dict[str, Rule] = {rule.name: rule for rule in (Uniform(), PerRow(), Companded(), Half())}
BY_IDENTIFIER: dict[int, Rule] = {rule.identifier: rule for rule in RULES.values()}
