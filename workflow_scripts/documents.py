"""What docs/ shows and quotes: figures and tables of the default study are copied, numbers of them and tables of what
code declares are written anew.

    python -m workflow_scripts.documents

Behind a number in a chapter stands, hidden from readers, where it comes from: `24.2 dB<!--= TABLE COLUMN key=value -->`
is the mean of a column of docs/tables/TABLE.csv over the pictures whose rows match all conditions. Spaces in values are
underscores; `*1000` behind the column is a change of unit.

Between `<!-- declared: NAME -->` and `<!-- end -->` stands a table of `workflow_scripts.declared`.
"""

import re
import shutil
from functools import cache
from pathlib import Path

import pandas as pd

from inrcodec.files import atomic_write
from workflow_scripts import declared

DOCS = Path(__file__).parents[1] / "docs"
MINUS = "\N{MINUS SIGN}"
NUMBER = rf"[{MINUS}+-]?(?:\d[\d,]*(?:\.\d+)?|\.\d+)"
TIED = re.compile(rf"({NUMBER})([^\d<\n]{{0,20}})<!--= (\S+) ([^ *]+)(?:\*(\S+))?((?: [^ =]+=\S+)*) -->")
"""A number, its unit, and behind it table, column, factor, conditions."""
DECLARED = re.compile(r"^<!-- declared: ([^\n]+) -->\n(.*?)^<!-- end -->$", re.MULTILINE | re.DOTALL)
"""A table's name, and the table."""


def value(table: str, column: str, factor: str, conditions: str) -> float:
    """The number that a comment asks for.

    Raises:
        ValueError: no row matches, or several of one picture do.
    """
    rows = _rows(DOCS / f"tables/{table}.csv")
    for condition in conditions.split():
        key, wanted = condition.split("=", 1)
        rows = rows[rows[key].map(_word) == wanted]
    pictures = [key for key in ("dataset", "image") if key in rows]
    if not len(rows) or (len(rows) > 1 and (not pictures or rows.duplicated(pictures).any())):
        raise ValueError(f"{len(rows)} rows of {table}.csv have{conditions}")
    return float(rows[column].mean()) * float(factor or 1)


@cache
def _rows(table: Path) -> pd.DataFrame:
    return pd.read_csv(table)


def _word(found: object) -> str:
    return f"{found:g}" if isinstance(found, float) else str(found).replace(" ", "_")


def rounded(number: float, like: str) -> str:
    """A number with the digits, sign and separators that another is written with."""
    digits = f"{abs(number):,.{len(like.partition('.')[2])}f}"
    if "," not in like and abs(number) < 10_000:
        digits = digits.replace(",", "")
    if like.lstrip(f"+-{MINUS}").startswith("."):
        digits = digits.removeprefix("0")
    if number < 0:
        return ("-" if like.startswith("-") else MINUS) + digits
    return ("+" if like.startswith("+") else "") + digits


def table(name: str) -> str:
    """A table of what is declared, as it stands in a page.

    Raises:
        KeyError: there is none of that name.
    """
    return f"\n{declared.TABLES[name]()}\n\n"


def written_anew(text: str) -> str:
    """A page with every tied number as the tables have it now, every table as the code declares it."""
    text = TIED.sub(lambda found: rounded(value(*found.groups()[2:]), found[1]) + found[0][len(found[1]) :], text)
    return DECLARED.sub(lambda found: f"<!-- declared: {found[1]} -->\n{table(found[1])}<!-- end -->", text)


def main() -> None:
    results = DOCS.parent / "results/default"
    for figure in sorted(results.glob("figures/*.png")):
        shutil.copyfile(figure, DOCS / "figures" / figure.name)
    for table in [*sorted(results.glob("tables/*.csv")), results / "bd_rate.csv"]:
        shutil.copyfile(table, DOCS / "tables" / table.name)
    for page in sorted(DOCS.rglob("*.md")):
        before = page.read_text()
        if (after := written_anew(before)) != before:
            print(f"{page.name}: numbers changed, read it again")
            with atomic_write(page) as file:
                file.write(after.encode())


if __name__ == "__main__":
    main()
