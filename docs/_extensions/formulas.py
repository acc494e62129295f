"""Formulas as MathML, made when the page is built: no script draws them, and one small font is all they load."""

import logging as python_logging
import re
from importlib.util import find_spec
from pathlib import Path

from docutils import nodes
from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml
from fontTools import subset
from sphinx.application import Sphinx
from sphinx.util import logging

logger = logging.getLogger(__name__)
python_logging.getLogger("fontTools").setLevel(python_logging.WARNING)
FONT = Path(find_spec("ziamath").origin).parent / "fonts/STIXTwoMath-Regular.ttf"
CHARACTERS = [
    *range(0x20, 0x7F),  # Latin,
    *range(0x391, 0x3F6),  # Greek,
    *range(0x1D434, 0x1D468),  # and both in italics,
    *range(0x1D6E2, 0x1D71C),
    *range(0x1D49C, 0x1D4B6),  # script capitals,
    0x210E,  # the italic h,
    *map(ord, "¬°±·×÷′…‖←→↦∂∇∈−∓∗∘√∝∞∑∏∫∥∼≃≈≠≤≥≪≫⊙⋅⋯⌈⌉⌊⌋⟨⟩ˆˉ˙˜⏞⏟"),  # noqa: RUF001
]
"""What formulas are made of. Signs that grow bring along the glyphs they grow by."""
_FUNCTION = r"\\(?:log|sin|cos|tanh|max|min)(?![a-z])"


def _mathml(node: nodes.Element, block: bool) -> str:
    latex = node.astext()
    try:
        return _still(tex2mathml(_as_tex_reads(latex), as_block=block), latex)
    except (MathError, SyntaxError) as error:
        logger.warning("formula %r: %s", latex, error, location=node)
        return ""


def _as_tex_reads(latex: str) -> str:
    """Said so that docutils reads it as TeX does: digits one by one, spaces around the names of functions."""
    latex = re.sub(r"(\\[dt]?frac)(\d)(\d)", r"\1{\2}{\3}", latex)
    latex = re.sub(r"([_^])(\d)(?=\d)", r"\1{\2}", latex)
    latex = re.sub(rf"(?<=[\w}}])\s*(?={_FUNCTION})", r"\\,", latex)
    return re.sub(rf"({_FUNCTION}(?:_\w|_\{{\w+\}})?)\s+(?=\w|\\frac)", r"\1\\,", latex)


def _still(mathml: str, latex: str) -> str:
    """Brackets that round grow with what is between them only where the formula says so."""
    grow = iter(found[1] for found in re.finditer(r"(\\left|\\right)?\\[lr](?:floor|ceil)\b", latex))
    return re.sub("<mo>(?=[⌊⌋⌈⌉])", lambda found: found[0] if next(grow) else '<mo stretchy="false">', mathml)


def inline(translator: nodes.NodeVisitor, node: nodes.math) -> None:
    translator.body.append(_mathml(node, False))
    raise nodes.SkipNode


def block(translator: nodes.NodeVisitor, node: nodes.math_block) -> None:
    # A wide one scrolls by itself, with the keyboard too.
    begin = translator.starttag(node, "div", CLASS="math", tabindex="0")
    translator.body.append(f"{begin}{_mathml(node, True)}</div>")
    raise nodes.SkipNode


def write_font(app: Sphinx) -> None:
    """The part of STIX Two Math (SIL Open Font License 1.1) that formulas use, some 40 of 1,500 KiB."""
    target = Path(app.outdir, "_static", "formulas.woff2")
    if app.builder.format != "html" or target.exists():
        return
    options = subset.Options(flavor="woff2", name_IDs=["*"])
    with subset.load_font(FONT, options) as font:
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=CHARACTERS)
        subsetter.subset(font)
        target.parent.mkdir(parents=True, exist_ok=True)
        subset.save_font(font, target, options)


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_html_math_renderer("mathml", inline_renderers=(inline, None), block_renderers=(block, None))
    app.connect("builder-inited", write_font)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
