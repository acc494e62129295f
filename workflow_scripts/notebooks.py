"""The notebooks' twins: Colab opens `.ipynb` only, so each `.py` of notebooks/ has one beside it, without outputs.

    python -m workflow_scripts.notebooks

The `.py` is the source.
"""

from pathlib import Path

from inrcodec.files import atomic_write

FOLDER = Path(__file__).parents[1] / "notebooks"


def converted(source: Path) -> str:
    """The notebook of a percent-format file, as JSON that depends on its text alone."""
    import jupytext

    notebook = jupytext.read(source)
    for number, cell in enumerate(notebook.cells):
        # Random else.
        cell["id"] = f"cell-{number}"
    # Who wrote it when is no part of it.
    notebook.metadata.pop("jupytext", None)
    return jupytext.writes(notebook, fmt="ipynb") + "\n"


def main() -> None:
    for source in sorted(FOLDER.glob("*.py")):
        with atomic_write(source.with_suffix(".ipynb")) as file:
            file.write(converted(source).encode())


if __name__ == "__main__":
    main()
