"""Samples of a function that only its own class can compute: torch in float32, not the same on every machine."""

import numpy as np

from inrcodec.bitstream.container import ImplicitPicture
from inrcodec.bitstream.errors import BitstreamError
from inrcodec.operations import fixed_point as fp
from inrcodec.operations.colour import to_samples
from inrcodec.operations.space import Real
from inrcodec.threads import ONE_TORCH_THREAD


@ONE_TORCH_THREAD
def unportable_samples(picture: ImplicitPicture, x: np.ndarray, y: np.ndarray, maximum: int) -> np.ndarray:
    """Samples 0..maximum, (len(y), len(x), channels) int64, on features of columns and rows, int64 in 2**-20.

    Raises:
        BitstreamError: the class cannot be evaluated with the file's parameters.
    """
    import torch

    def tensor(values: np.ndarray) -> torch.Tensor:
        return torch.from_numpy(values).to(torch.float32)

    space = Real({name: tensor(parameter.values) for name, parameter in picture.parameters.items()})
    features = [tensor(axis / (1 << fp.FEATURE_FRACTION_BITS)) for axis in (x, y)]
    try:
        with torch.no_grad():
            samples = to_samples(space, picture.colour, picture.representation.forward(space, *features))
            return (samples.clamp(0, 1) * maximum).round().to(torch.int64).numpy()
    except Exception as error:  # whatever somebody's module raises
        words = f"{type(error).__name__}: {' '.join(str(error).split())}"
        raise BitstreamError("representation", 0, "a class that takes the file's parameters", words) from None
