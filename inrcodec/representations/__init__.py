"""The function families. A new one is a module here and a line in REPRESENTATIONS."""

from inrcodec.representations.base import Representation
from inrcodec.representations.pe_relu import PeRelu
from inrcodec.representations.pe_siren import PeSiren
from inrcodec.representations.siren import Siren

REPRESENTATIONS: dict[str, type[Representation]] = {kind.name: kind for kind in (PeSiren, PeRelu, Siren)}
BY_IDENTIFIER: dict[int, type[Representation]] = {kind.identifier: kind for kind in REPRESENTATIONS.values()}
