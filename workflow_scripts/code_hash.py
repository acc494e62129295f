"""A content hash of the project's code that a script runs: its own module and all it imports, transitively.

Comments, docstrings, formatting and file times do not count. Imports are read from the syntax tree, absolute ones
only (the linter refuses relative ones); code reached in another way is not seen.
"""

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]


@cache
def code_hash(module: str) -> str:
    """16 hexadecimal digits for a dotted module name under the project's root."""
    hashes: dict[str, str] = {}
    pending = {module}
    while pending:
        current = pending.pop()
        imported, hashes[current] = _read(current)
        pending |= imported - hashes.keys()
    return hashlib.sha256(repr(sorted(hashes.items())).encode()).hexdigest()[:16]


@cache
def _read(module: str) -> tuple[frozenset[str], str]:
    """The project modules that a module imports, and the hash of its syntax tree."""
    path = _file(module)
    tree = ast.parse(path.read_text(encoding="utf-8")) if path else ast.Module([], [])
    statements = list(_statements(tree))
    imported = {name for statement in statements for name in _names(statement)}
    # Importing a.b.c runs a and a.b too.
    parents = {name.rsplit(".", level)[0] for name in imported for level in range(1, name.count(".") + 1)}
    _strip_docstrings(statements)
    digest = hashlib.sha256(ast.dump(tree).encode()).hexdigest()
    return frozenset(name for name in imported | parents if _file(name)), digest


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    """A module's syntax tree down to its statements: imports and docstrings are no deeper, and expressions are many."""
    yield node
    for block in ("body", "orelse", "finalbody", "handlers", "cases"):
        for inner in getattr(node, block, []):
            yield from _statements(inner)


def _names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
        return [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return []


def _file(module: str) -> Path | None:
    base = ROOT.joinpath(*module.split("."))
    return next((path for path in (base.with_suffix(".py"), base / "__init__.py") if path.is_file()), None)


def _strip_docstrings(statements: list[ast.AST]) -> None:
    for statement in statements:
        for inner in getattr(statement, "body", []):
            value = inner.value if isinstance(inner, ast.Expr) else None
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                value.value = ""
