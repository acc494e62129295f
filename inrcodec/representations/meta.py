"""A positional network that begins with experience: parameters learnt from other pictures (Nichol, Achiam and Schulman,
On First-Order Meta-Learning Algorithms, 2018: Reptile), to which a file holds the difference.

Tancik et al. (Learned Initializations for Optimizing Coordinate-Based Neural Representations, CVPR 2021) begin pictures
so. Strümpler et al. (ECCV 2022) made it compression: their files too hold the quantized difference. They learn theirs
with MAML from DIV2K, and with it a rate per parameter and step; ours is learnt with Reptile, by the very descent that
fits (`inrcodec.fitting.reptile`), from tiles of 14 photographs, and has no rates.
"""

from dataclasses import dataclass, replace
from typing import Any, ClassVar, final

import numpy as np

from inrcodec import priors
from inrcodec.files import InputError
from inrcodec.operations import fixed_point as fp
from inrcodec.representations.base import Representation, Space, Tensor, integer
from inrcodec.representations.positional import Positional

ACTIVATION, BASE = "sine", 1.4
"""Of every start that is learnt."""


@final
@dataclass(frozen=True)
class Meta(Representation):
    """The network of `positional` with sines; where there is a prior, its parameters are differences to it."""

    name: ClassVar[str] = "meta"
    identifier: ClassVar[int] = 7

    hidden_features: int = integer(64, 1, 1024, "neurons per hidden layer")
    hidden_layers: int = integer(3, 1, 16, "hidden layers")
    frequencies: int = integer(16, 1, 32, "frequencies of the positional encoding")
    prior: int = integer(0, 0, 255, "number of what parameters are differences to (inrcodec.priors); 0 for none")
    prior_digest: int = integer(0, 0, (1 << 32) - 1, "the first four bytes of its SHA-256; 0 without a prior")

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "prior_digest", priors.agreed_digest(self.prior, self.prior_digest))
        if self.prior:
            self._learnt(priors.CHANNELS)

    @property
    def network(self) -> Positional:
        """What is computed."""
        return Positional(self.hidden_features, self.hidden_layers, ACTIVATION, self.frequencies, BASE)

    def tensors(self, channels: int, width: int, height: int) -> dict[str, Tensor]:
        bases = self._learnt(channels) if self.prior else {}
        tensors = self.network.tensors(channels, width, height)
        return {name: replace(tensor, base=bases.get(name)) for name, tensor in tensors.items()}

    def _learnt(self, channels: int) -> dict[str, np.ndarray]:
        """The prior's tensors, int64 in 2**-20.

        Raises:
            InputError: it is of another network, or of pictures of other channels.
        """
        if channels != priors.CHANNELS:
            raise InputError(f"prior {self.prior} is of pictures of {priors.CHANNELS} channels, not of {channels}")
        wanted = self.network.tensors(channels, 1, 1)
        return priors.matrices(self.prior, {name: tensor.shape for name, tensor in wanted.items()})

    def features(self, numerators: np.ndarray, denominator: int) -> np.ndarray:
        return self.network.features(numerators, denominator)

    def initial(self, tensors: dict[str, Tensor], random: np.random.Generator) -> dict[str, np.ndarray]:
        """The prior; without one, as `positional` begins."""
        if not self.prior:
            return self.network.initial(tensors, random)
        unit = 1 << fp.PARAMETER_FRACTION_BITS
        return {name: (tensor.base / unit).astype(np.float32) for name, tensor in tensors.items()}

    def forward(self, space: Space, x: Any, y: Any) -> Any:
        return self.network.forward(space, x, y)

    @property
    def widest(self) -> int:
        return self.hidden_features
