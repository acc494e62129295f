"""The decoded pictures behind the rows of a figure's table."""

from pathlib import Path
from typing import Any

import numpy as np


def picture(row: Any, sweeps: dict[str, dict[str, str]], decoded: list[Path]) -> np.ndarray:
    """A row's picture, uint8 (h, w, 3).

    Args:
        row: of the figure's table.
        sweeps: name in paths by codec, then setting; of classical codecs none.
        decoded: every sweep's pictures.
    """
    sweep = sweeps[row.codec].get(row.setting, row.codec)
    path = next(path for path in decoded if path.with_suffix("").as_posix().endswith(f"/{sweep}"))
    with np.load(path) as pictures:
        return pictures[Path(row.file).stem]
