"""Pictures in a browser: the decoder in JavaScript (`decoder.js`, from docs/format.md alone) and what is around it."""

import json

from inrcodec import priors


def prior_script(number: int) -> str:
    """A prior as the script `prior-NUMBER.js`, which adds it to the decoder in JavaScript.

    Raises:
        InputError: it is not installed.
    """
    arrays = {
        name: {"shape": array.shape, "values": array.ravel().tolist()} for name, array in priors.load(number).items()
    }
    return f"inr.addPrior({number}, {json.dumps(arrays, separators=(',', ':'))});\n"
