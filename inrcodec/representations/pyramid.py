"""A pyramid of integer latents (Cool-chic, Ladune et al., ICCV 2023; C3, Kim et al., CVPR 2024): grids from the
picture's own resolution to a coarse one, coded under a small context network, doubled until they are of one size, and
turned into samples by a small network on every pixel.

From Cool-chic come the one context network for all grids, its linear path and the learnt doubling; widths are smaller
and the context network sees no other grid, since here an encoder has seconds.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np

from inrcodec import priors
from inrcodec.files import InputError
from inrcodec.operations import context, synthesis, upsampling
from inrcodec.operations import fixed_point as fp
from inrcodec.operations.space import Parameter
from inrcodec.operations.synthesis import synthesize
from inrcodec.operations.upsampling import pixels, sizes, upsample, with_margin
from inrcodec.representations.base import Representation, Space, Tensor, integer

LINEAR_WEIGHT = 0.03
"""Of every plane in every channel, to begin with."""


@final
@dataclass(frozen=True)
class Pyramid(Representation):
    """`levels` grids; the context network sees `neighbours`."""

    name: ClassVar[str] = "pyramid"
    identifier: ClassVar[int] = 6
    has_grids: ClassVar[bool] = True

    levels: int = integer(7, 1, 12, "grids, each half as large as the one before")
    neighbours: int = integer(8, 1, len(context.NEIGHBOURS), "symbols that the context network sees")
    context_features: int = integer(8, 1, 64, "neurons per hidden layer of the context network")
    synthesis_features: int = integer(16, 1, 128, "neurons of the synthesis")
    prior: int = integer(0, 0, 255, "number of what networks are differences to (inrcodec.priors); 0 for none")
    prior_digest: int = integer(0, 0, (1 << 32) - 1, "the first four bytes of its SHA-256; 0 without a prior")

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "prior_digest", priors.agreed_digest(self.prior, self.prior_digest))
        if self.prior:
            self._learnt()

    def tensors(self, channels: int, width: int, height: int) -> dict[str, Tensor]:
        counts = {
            "context": context.numbers(context.shapes(self.neighbours, self.context_features)),
            "synthesis": synthesis.size(self.levels, self.synthesis_features, channels),
            "upsampling": context.numbers(upsampling.shapes(self.levels)),
        }
        bases = {"upsampling": upsampling.identity(self.levels)}
        if self.prior:
            bases |= self._learnt()
        if channels != priors.CHANNELS:
            bases.pop("synthesis", None)
        return {name: Tensor((count,), "weight", base=bases.get(name)) for name, count in counts.items()}

    def _learnt(self) -> dict[str, np.ndarray]:
        """The prior's numbers for as many grids as there are here, flat, int64 in 2**-20.

        Raises:
            InputError: it is of other networks.
        """
        if self.levels > priors.LEVELS:
            raise InputError(f"prior {self.prior} is of another size: it has {priors.LEVELS} grids, not {self.levels}")
        of_context = context.shapes(self.neighbours, self.context_features)
        of_synthesis = synthesis.shapes_of(priors.LEVELS, self.synthesis_features, priors.CHANNELS)
        wanted = {f"context{index}": shape for index, shape in enumerate(of_context)}
        wanted |= {f"synthesis{index}": shape for index, shape in enumerate(of_synthesis)}
        of_upsampling = zip(("upsampling", "filter"), upsampling.shapes(priors.LEVELS), strict=True)
        matrices = priors.matrices(self.prior, wanted | dict(of_upsampling))
        planes = [*range(self.levels), -1]
        first, output, linear, kernel = (matrices[f"synthesis{index}"] for index in range(4))
        flat = {
            "context": [matrices[f"context{index}"] for index in range(4)],
            "synthesis": [first[:, planes], output, linear[:, planes], kernel],
            "upsampling": [matrices["upsampling"][: self.levels - 1], matrices["filter"]],
        }
        return {name: np.concatenate([matrix.ravel() for matrix in found]) for name, found in flat.items()}

    def grids(self, width: int, height: int) -> dict[str, tuple[int, int]]:
        shapes = list(zip(sizes(height, self.levels), sizes(width, self.levels), strict=True))
        return {f"latent{level}": shapes[level] for level in reversed(range(self.levels))}

    def context(self, parameters: dict[str, Parameter]) -> context.ExactContext:
        return context.ExactContext(parameters["context"], self.neighbours, self.context_features)

    def features(self, numerators: np.ndarray, denominator: int) -> np.ndarray:
        """Numbers of pixels, which are whole: the pyramid has nothing between them."""
        return ((numerators[:, None] + denominator - 1) // 2) << fp.FEATURE_FRACTION_BITS

    def initial(self, tensors: dict[str, Tensor], random: np.random.Generator) -> dict[str, np.ndarray]:
        """The prior; without one, as Cool-chic begins: a context network that passes on its input, linear synthesis."""
        neighbours, hidden = self.neighbours, self.context_features
        first, second, output, linear = (np.zeros(shape) for shape in context.shapes(neighbours, hidden))
        np.fill_diagonal(first, 1)
        np.fill_diagonal(second, 1)
        first[:, :-1] += random.standard_normal((hidden, neighbours)) / hidden**2
        output += random.standard_normal(output.shape) / 4
        linear[:, :-1] += random.standard_normal((2, neighbours)) / 4
        parameters = {"context": np.concatenate([m.ravel() for m in (first, second, output, linear)])}
        shapes = synthesis.shapes(tensors["synthesis"].shape[0], self.levels, self.synthesis_features)
        first, output, linear, kernel = (np.zeros(shape) for shape in shapes)
        first[:, :-1] = random.uniform(-1, 1, (self.synthesis_features, self.levels)) / self.synthesis_features
        output[:] = random.uniform(-1, 1, output.shape) / (9 * self.synthesis_features**0.5)
        linear[:, :-1] = LINEAR_WEIGHT
        parameters["synthesis"] = np.concatenate([m.ravel() for m in (first, output, linear, kernel)])
        bases = {name: tensor.base for name, tensor in tensors.items() if tensor.base is not None}
        parameters |= {name: base / (1 << fp.PARAMETER_FRACTION_BITS) for name, base in bases.items()}
        return {name: values.astype(np.float32) for name, values in parameters.items()}

    def forward(self, space: Space, x: Any, y: Any) -> Any:
        names = [f"latent{level}" for level in range(self.levels)]
        height, width = space.parameters[names[0]].shape
        windows, margins = zip(
            *(with_margin(pixels(space, axis), size) for axis, size in ((y, height), (x, width))), strict=True
        )
        planes = upsample(space, "upsampling", names, *windows)
        return synthesize(space, "synthesis", self.synthesis_features, planes, margins)

    @property
    def widest(self) -> int:
        return 3 * self.levels + self.synthesis_features
