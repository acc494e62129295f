"""The function families. A new one is a module here and a line in REPRESENTATIONS."""

from inrcodec.representations.base import Representation
from inrcodec.representations.fourier import Fourier
from inrcodec.representations.hash_grid import HashGrid
from inrcodec.representations.meta import Meta
from inrcodec.representations.module import Module
from inrcodec.representations.nif import Nif
from inrcodec.representations.positional import Positional
from inrcodec.representations.pyramid import Pyramid
from inrcodec.representations.siren import Siren

REPRESENTATIONS: dict[str, type[Representation]] = {
    kind.name: kind for kind in (Siren, Positional, Fourier, Nif, HashGrid, Pyramid, Meta)
}
BY_IDENTIFIER: dict[int, type[Representation]] = {kind.identifier: kind for kind in (*REPRESENTATIONS.values(), Module)}
