"""The study's figures in pages: an image alone in its paragraph gets a caption and says what made it.

The caption is that of the study's report, `report/NAME.rst`. The picture is written anew as WebP.
"""

import re
from pathlib import Path

from docutils import nodes
from docutils.core import publish_doctree
from PIL import Image
from sources import ROOT, address
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms.images import BaseImageConverter
from sphinx.util import logging

logger = logging.getLogger(__name__)
LOSSLESS_BYTES = 400 * 1024
"""Above that a lossless picture costs a page more than it tells."""
RULES = ROOT / "rules/figures.smk"


class StudyFigures(SphinxTransform):
    """Images of docs/figures, as figures."""

    # Before images are collected.
    default_priority = 300

    def apply(self) -> None:
        for image in list(self.document.findall(nodes.image)):
            if not image.line:  # Inside a line; its paragraph knows which.
                image.source, image.line = image.parent.source, image.parent.line
            if not image.get("alt", "").strip():
                logger.warning("image %s needs words for those who do not see it", image["uri"], location=image)
            name = Path(image["uri"])
            alone = isinstance(image.parent, nodes.paragraph) and len(image.parent.children) == 1
            if alone and name.parent.name == "figures" and (ROOT / f"report/{name.stem}.rst").exists():
                image.parent.replace_self(self.figure(image, name.stem))

    def figure(self, image: nodes.image, name: str) -> nodes.figure:
        """The image, its caption, what made it."""
        caption_file = ROOT / f"report/{name}.rst"
        self.env.note_dependency(caption_file)
        caption = nodes.caption("", "", *_inline(caption_file.read_text()))
        figure = nodes.figure("", image, caption, nodes.legend("", self.made_by(name)), ids=[f"figure-{name}"])
        for node in (figure, caption):
            node.source, node.line = image.source, image.line
        return figure

    def made_by(self, name: str) -> nodes.paragraph:
        """Links to the rule, the module and the table behind a figure, and the command that draws it again."""
        self.env.note_dependency(RULES)
        parts = [
            *(nodes.Text("Made by rule "), self.source(RULES, f"plot_{name}", _line(name))),
            *(nodes.Text(" with "), self.source(ROOT / f"inrcodec/figures/{name}.py")),
        ]
        table = f"tables/{name}.csv"
        if (Path(self.env.srcdir) / table).exists():
            root = "../" * self.env.current_document.docname.count("/")
            parts += [nodes.Text(" from "), _link(root + table, table)]
        again = f"snakemake {name} --cores 2"
        return nodes.paragraph("", "", *parts, nodes.Text(". Again: "), nodes.literal(again, again))

    def source(self, path: Path, text: str = "", line: int | None = None) -> nodes.reference:
        page = self.env.current_document.docname
        return _link(address(self.env, page, path, line), text or path.relative_to(ROOT).as_posix())


def _inline(text: str) -> list[nodes.Node]:
    """What stands in a text of one paragraph of reStructuredText."""
    (paragraph,) = publish_doctree(text).children
    return paragraph.children


def _link(uri: str, text: str) -> nodes.reference:
    return nodes.reference("", "", nodes.literal(text, text), refuri=uri, internal=True)


def _line(figure: str) -> int | None:
    """Where the rules say what a figure is drawn from."""
    text = RULES.read_text()
    asked = re.compile(rf'^    "{figure}": \(', re.MULTILINE).search(text, text.index("ASKING = {"))
    return asked and text.count("\n", 0, asked.start()) + 1


class SmallerPictures(BaseImageConverter):
    """PNG as WebP: lossless where that is small, for some figures are about what codecs do to pictures."""

    default_priority = 200

    def match(self, node: nodes.image) -> bool:
        return node["uri"].endswith(".png") and self.app.builder.format == "html"

    def handle(self, node: nodes.image) -> None:
        original = Path(self.env.srcdir, node["uri"])
        smaller = Path(self.imagedir, original.stem + ".webp")
        if not original.exists():
            return  # Sphinx has said so.
        if not smaller.exists() or smaller.stat().st_mtime < original.stat().st_mtime:
            smaller.parent.mkdir(parents=True, exist_ok=True)
            write_smaller(original, smaller)
        with Image.open(smaller) as picture:
            # As wide as it is drawn for, and a link to itself, so that small screens can look closer.
            node["width"], node["height"] = map(str, picture.size)
        node["candidates"] = {"*": str(smaller)}
        self.env.original_image_uri[smaller] = node["uri"]
        node["uri"] = str(smaller)
        self.env.images.add_file(self.env.current_document.docname, str(smaller))


def write_smaller(original: Path, smaller: Path) -> None:
    """A picture as WebP."""
    with Image.open(original) as opened:
        picture = Image.alpha_composite(Image.new("RGBA", opened.size, "white"), opened.convert("RGBA")).convert("RGB")
    picture.save(smaller, lossless=True, method=4)
    if smaller.stat().st_size > LOSSLESS_BYTES:
        picture.save(smaller, quality=92, method=4)


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_transform(StudyFigures)
    app.add_post_transform(SmallerPictures)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
