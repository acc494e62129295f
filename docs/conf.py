"""The site: the pages of docs/ as HTML that needs no other host. `snakemake site` builds it; warnings are errors."""

import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
sys.path[:0] = [str(DOCS / "_extensions"), str(ROOT)]

project = "inrcodec"
author = "the inrcodec authors"
copyright = "the inrcodec authors, MIT licence"
extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    # Those of docs/_extensions.
    "comments",
    "figures",
    "formulas",
    "pages",
    "sources",
    "viewer",
]
exclude_patterns = ["_*"]

# GitHub's Markdown: its formulas, its names of headings.
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 4
html_math_renderer = "mathml"

# `--help` has two hyphens.
smartquotes = False

# Docstrings are plain text with names in single backticks.
default_role = "code"
# They say types, shapes and ranges in words.
autodoc_typehints = "none"
autodoc_preserve_defaults = True
autodoc_member_order = "bysource"
# Other projects' pages are not looked up: the build needs no network.
nitpick_ignore_regex = [("py:.*", r"(np|numpy|Image|PIL|os|Path|collections|pathlib|typing|torch)(\..*)?")]

html_theme = "furo"
html_title = "inrcodec"
html_favicon = "_static/favicon.svg"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_use_index = False
html_domain_indices = False
html_copy_source = False
html_show_sourcelink = False
# The summaries are read out of other pages, which a page from disk may not do.
html_show_search_summary = False
