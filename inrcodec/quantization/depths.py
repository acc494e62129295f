"""Which rule and how many bits each tensor has: the same for all but where said."""

from dataclasses import dataclass, field

from inrcodec.quantization import RULES
from inrcodec.quantization.base import Rule

# Biases are under 3 % of the parameters and shift whole neurons: a few more bits for them cost next to nothing.
EXTRA_BIAS_BITS = 4
LOWEST_BITS, HIGHEST_BITS = 2, 16


@dataclass(frozen=True)
class Depths:
    """A rule and a bit depth for a whole file, and exceptions by tensor.

    Biases are uniform with 4 bits more: a rule with a number per row says nothing of them, and other rules little.
    Half-precision numbers have 16 bits whatever they are.

    Attributes:
        rule: a name in RULES.
        bits: 2 to 16.
        exceptions: rule and bits by tensor.
    """

    rule: str = "uniform"
    bits: int = 8
    exceptions: dict[str, tuple[str, int]] = field(default_factory=dict)

    def of(self, name: str, role: str) -> tuple[Rule, int]:
        """The rule and bit depth of a tensor of this role."""
        name_of_rule, bits = self.exceptions.get(name, (self.rule, self.bits))
        rule = RULES[name_of_rule]
        if role == "bias" and name not in self.exceptions and not rule.fixed_bits:
            return RULES["uniform"], bits + EXTRA_BIAS_BITS
        return rule, rule.fixed_bits or bits
