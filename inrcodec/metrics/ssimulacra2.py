"""SSIMULACRA 2.1: how much a decoded picture looks like the original, by a number fitted to people's judgements.

Sneyers, https://github.com/cloudinary/ssimulacra2 (2022, 2023), and tools/ssimulacra2.cc of libjxl, whose constants
these are: SSIM and the strength of edges, in the colours of JPEG XL, over six scales, weighed.
"""

import numpy as np

SMALLEST_PX = 8
"""Of a side."""
SCALES = 6
C2 = 0.0009
# From linear RGB to cones' responses, and what is added to these: see JPEG XL's XYB.
ABSORBANCE = np.array(
    [
        [0.30, 0.622, 0.078],
        [0.23, 0.692, 0.078],
        [0.24342268924547819, 0.20476744424496821, 0.55180986650955360],
    ]
)
BIAS = 0.0037930732552754493
# A Gaussian of sigma 1.5 px by three cosines that end at 5 px (Charalampidis, IEEE TSP 2016), from -4 to 4 px. With
# the taps of the Gaussian itself, which hardly differ, the score is some points higher at low rates.
_HALF = (0.00941436780965, 0.03601111465836, 0.10933537277746, 0.21292859201042)
WINDOW = np.array([*_HALF, 0.26462110548820, *_HALF[::-1]])
# Of each component six scales, of each scale 1-norms and then 4-norms of three maps: SSIM, edges that are new, edges
# that are gone.
WEIGHTS = (
    # X
    *(0, 0.0007376606707406586, 0, 0, 0.0007793481682867309, 0),
    *(0, 0.0004371155730107379, 0, 1.1041726426657346, 0.00066284834129271, 0.00015231632783718752),
    *(0, 0.0016406437456599754, 0, 1.8422455520539298, 11.441172603757666, 0),
    *(0.0007989109436015163, 0.000176816438078653, 0, 1.8787594979546387, 10.94906990605142, 0),
    *(0.0007289346991508072, 0.9677937080626833, 0, 0.00014003424285435884, 0.9981766977854967, 0.00031949755934435053),
    *(0.0004550992113792063, 0, 0, 0.0013648766163243398, 0, 0),
    # Y
    *(0, 0, 0, 7.466890328078848, 0, 17.445833984131262),
    *(0.0006235601634041466, 0, 0, 6.683678146179332, 0.00037724407979611296, 1.027889937768264),
    *(225.20515300849274, 0, 0, 19.213238186143016, 0.0011401524586618361, 0.001237755635509985),
    *(176.39317598450694, 0, 0, 24.43300999870476, 0.28520802612117757, 0.0004485436923833408),
    *(0, 0, 0, 34.77906344483772, 44.835625328877896, 0),
    *(0, 0, 0, 0, 0, 0),
    # B - Y
    *(0, 0.0008680556573291698, 0, 0, 0, 0),
    *(0, 0.0005313191874358747, 0, 0.00016533814161379112, 0, 0),
    *(0, 0, 0, 0.0004179171803251336, 0.0017290828234722833, 0),
    *(0.0020827005846636437, 0, 0, 8.826982764996862, 23.19243343998926, 0),
    *(95.1080498811086, 0.9863978034400682, 0.9834382792465353),
    *(0.0012286405048278493, 171.2667255897307, 0.9807858872435379),
    *(0, 0, 0, 0.0005130064588990679, 0, 0.00010854057858411537),
)


def score(reference: np.ndarray, decoded: np.ndarray) -> float:
    """Similarity in the eyes of people: 100 when equal, 90 hardly told apart, 70 high, 50 medium, 30 low quality.

    It has no lower end. A picture of fewer than six scales has scores of its own, for weights are taken in the order
    of those that it has, as the reference implementation does.

    Args:
        reference: the original, float64 (height, width, 3) in 0..1, sRGB.
        decoded: the picture out of the file, likewise.

    Raises:
        ValueError: a side is under 8 px.
    """
    if min(reference.shape[:2]) < SMALLEST_PX:
        raise ValueError(f"sides are {SMALLEST_PX} px at least, got {reference.shape}")
    pictures, norms = [_linear(reference), _linear(decoded)], []
    for scale in range(SCALES):
        if min(pictures[0].shape[:2]) < SMALLEST_PX:
            break
        if scale:
            pictures = [_halve(picture) for picture in pictures]
        # Plane by plane, for large pictures' sake.
        norms.append([_norms(*planes) for planes in zip(*map(_components, pictures), strict=True)])
    by_component = np.array(norms).swapaxes(0, 1)
    distance = 0.9562382616834844 * float(by_component.ravel() @ WEIGHTS[: by_component.size])
    distance = 2.326765642916932 * distance - 0.020884521182843837 * distance**2 + 6.248496625763138e-05 * distance**3
    return 100 - 10 * max(distance, 0) ** 0.6276336467831387


def _linear(samples: np.ndarray) -> np.ndarray:
    """Of sRGB in 0..1."""
    return np.where(samples <= 0.04045, samples / 12.92, ((samples + 0.055) / 1.055) ** 2.4)


def _halve(picture: np.ndarray) -> np.ndarray:
    """Means of 2 x 2 pixels; the last row or column of an odd side counts twice."""
    height, width, _ = picture.shape
    even = np.pad(picture, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
    return (even[::2, ::2] + even[1::2, ::2] + even[::2, 1::2] + even[1::2, 1::2]) / 4


def _components(linear: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """X, Y and B - Y of JPEG XL, moved and stretched to about 0..1: (height, width) each."""
    cones = np.cbrt(np.maximum(linear @ ABSORBANCE.T + BIAS, 0)) - np.cbrt(BIAS)
    x, y = (cones[..., 0] - cones[..., 1]) / 2, (cones[..., 0] + cones[..., 1]) / 2
    return 14 * x + 0.42, y + 0.01, cones[..., 2] - y + 0.55


def _norms(reference: np.ndarray, decoded: np.ndarray) -> list[list[float]]:
    """1-norms and 4-norms of a component's three maps."""
    mean, mean_decoded = _blur(reference), _blur(decoded)
    covariance = _blur(reference * decoded) - mean * mean_decoded
    variances = (_blur(reference**2) - mean**2) + (_blur(decoded**2) - mean_decoded**2)
    similarity = (1 - (mean - mean_decoded) ** 2) * (2 * covariance + C2) / (variances + C2)
    edges = (1 + np.abs(decoded - mean_decoded)) / (1 + np.abs(reference - mean)) - 1
    maps = [np.maximum(1 - similarity, 0), np.maximum(edges, 0), np.maximum(-edges, 0)]
    return [[float(values.mean()) for values in maps], [float((values**4).mean() ** 0.25) for values in maps]]


def _blur(plane: np.ndarray) -> np.ndarray:
    """Zeros are beyond the borders."""
    reach = len(WINDOW) // 2
    for axis in (0, 1):
        padded = np.pad(plane, [(reach, reach) if axis == other else (0, 0) for other in (0, 1)])
        plane = np.lib.stride_tricks.sliding_window_view(padded, len(WINDOW), axis) @ WINDOW
    return plane
