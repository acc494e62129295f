"""What docs/ shows and quotes of the default study: figures and tables are copied, numbers in chapters written anew.

    python -m workflow_scripts.documents

Behind a number in a chapter stands, hidden from readers, where it comes from: `24.2 dB<!--= TABLE COLUMN key=value -->`
is the mean of a column of docs/tables/TABLE.csv over the pictures whose rows match all conditions. Spaces in values are
underscores; `*1000` behind the column is a change of unit.
"""

import re
import shutil
from pathlib import Path

import pandas as pd

from inrcodec.files import atomic_write

DOCS = Path(__file__).parents[1] / "docs"
MINUS = "\N{MINUS SIGN}"
NUMBER = rf"[{MINUS}+-]?(?:\d[\d,]*(?:\.\d+)?|\.\d+)"
TIED = re.compile(rf"({NUMBER})([^\d<\n]{{0,20}})<!--= (\S+) ([^ *]+)(?:\*(\S+))?((?: [^ =]+=\S+)*) -->")
"""A number, its unit, and behind it table, column, factor, conditions."""


def value(table: str, column: str, factor: str, conditions: str) -> float:
    """The number that a comment asks for.

    Raises:
        ValueError: no row matches, or several of one picture do.
    """
    rows = pd.read_csv(DOCS / f"tables/{table}.csv")
    for condition in conditions.split():
        key, wanted = condition.split("=", 1)
        rows = rows[rows[key].map(_word) == wanted]
    pictures = [key for key in ("dataset", "image") if key in rows]
    if not len(rows) or (len(rows) > 1 and (not pictures or rows.duplicated(pictures).any())):
        raise ValueError(f"{len(rows)} rows of {table}.csv have{conditions}")
    return float(rows[column].mean()) * float(factor or 1)


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


def written_anew(text: str) -> str:
    """A chapter with every tied number as the tables have it now."""
    return TIED.sub(lambda found: rounded(value(*found.groups()[2:]), found[1]) + found[0][len(found[1]) :], text)


def main() -> None:
    results = DOCS.parent / "results/default"
    for figure in sorted(results.glob("figures/*.png")):
        shutil.copyfile(figure, DOCS / "figures" / figure.name)
    for table in [*sorted(results.glob("tables/*.csv")), results / "bd_rate.csv"]:
        shutil.copyfile(table, DOCS / "tables" / table.name)
    for chapter in sorted(DOCS.glob("tutorial/*.md")):
        before = chapter.read_text()
        if (after := written_anew(before)) != before:
            print(f"{chapter.name}: numbers changed, read it again")
            with atomic_write(chapter) as file:
                file.write(after.encode())


if __name__ == "__main__":
    main()
