"""What code declares, as tables of Markdown: the keys of studies, hyperparameters, the command line.

`workflow_scripts.documents` writes them into docs/, between `<!-- declared: NAME -->` and `<!-- end -->`.
"""

import argparse
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import fields
from functools import partial
from inspect import getdoc
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le
from pydantic.fields import FieldInfo

from inrcodec.arguments import parser
from inrcodec.baselines.classical import CODECS
from inrcodec.fitting.deciders import DECIDERS
from inrcodec.fitting.objectives import OBJECTIVES
from inrcodec.fitting.presets import PRESETS
from inrcodec.representations import REPRESENTATIONS
from inrcodec.representations.base import Hyperparameter
from workflow_scripts.blocks import Block, Choices, CodingSettings, Dataset, FitSettings, LatentFitSettings
from workflow_scripts.study import Figures, Study

Row = tuple[str, ...]


def _table(head: Row, rows: Iterable[Row]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def _code(*names: object) -> str:
    return ", ".join(f"`{name}`" for name in names)


# Keys of a study


def _keys(block: type[Block]) -> str:
    # What a subclass inherits stands with the block that declares it.
    own = {key: field for key, field in block.model_fields.items() if key in block.__annotations__}
    return _table(("key", "accepted", "default", "meaning"), (_key(key, field) for key, field in own.items()))


def _key(key: str, field: FieldInfo) -> Row:
    return _code(key), _accepted(field), _default(field), field.description or ""


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "must be given"
    return "" if field.default in (None, [], {}) or isinstance(field.default, Block) else _code(_yaml(field.default))


def _yaml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _accepted(field: FieldInfo) -> str:
    choices = [item for item in field.metadata if isinstance(item, Choices)]
    words = _code(*choices[0].names) if choices else _bounded(field) or _in_words(field.annotation)
    return f"{words}, `null`" if type(None) in get_args(field.annotation) else words


def _bounded(field: FieldInfo) -> str:
    low = next((f"{item.ge}" for item in field.metadata if isinstance(item, Ge)), "")
    above = next((f"above {item.gt}" for item in field.metadata if isinstance(item, Gt)), "")
    high = next((f" to {item.le}" for item in field.metadata if isinstance(item, Le)), "")
    return low + (high or " or more") if low else above + high


def _in_words(kind: Any) -> str:
    """A type, as who writes YAML would call it."""
    if get_origin(kind) is Literal:
        return _code(*get_args(kind))
    if get_origin(kind) in (Annotated, Union, UnionType):
        return _in_words(get_args(kind)[0])
    return WORDS.get(get_origin(kind) or kind, "block")


WORDS = {bool: "`false`, `true`", str: "text", list: "list", tuple: "two integers"}


# Entries of `functions` and `codings`


def _representations() -> str:
    return _table(
        ("representation", "hyperparameter", "accepted", "default", "meaning"),
        (
            (_code(name), _code(item.name), *_declared(item.metadata["hyperparameter"], item.default))
            for name, kind in REPRESENTATIONS.items()
            for item in fields(kind)
            if "hyperparameter" in item.metadata
        ),
    )


def _declared(setting: Hyperparameter, default: object) -> Row:
    low, high = (setting.value(stored) for stored in (setting.low, setting.high))
    return _code(*setting.choices) if setting.choices else f"{low} to {high}", _code(default), setting.meaning


def _deciders() -> str:
    return _table(
        ("decider", "how it chooses", "rules"),
        ((_code(name), decider.meaning, _code(*decider.rules)) for name, decider in DECIDERS.items()),
    )


def _settings_of_deciders() -> str:
    return _table(
        ("decider", "key", "accepted", "default", "meaning"),
        (
            (_code(name), _code(key), *_declared(setting, default))
            for name, decider in DECIDERS.items()
            for key, (setting, default) in decider.settings.items()
        ),
    )


def _figures() -> str:
    rows = []
    for name, field in Figures.model_fields.items():
        block = next(item for item in get_args(field.annotation) if item is not type(None))
        rows.append((_code(name), "", "", "", " ".join((getdoc(block) or "").split())))
        rows += (("", *_key(key, item)) for key, item in block.model_fields.items())
    return _table(("figure", "key", "accepted", "default", "meaning"), rows)


def _classical() -> str:
    return _table(
        ("codec", "qualities"), ((_code(name), f"{codec.lowest} to {codec.highest}") for name, codec in CODECS.items())
    )


# The command line

_PARSER = parser(defaultdict(lambda: print))
_COMMANDS = next(item for item in _PARSER._actions if isinstance(item, argparse._SubParsersAction)).choices


def _command(name: str) -> str:
    actions = [item for item in _COMMANDS[name]._actions if item.dest != "help"]
    return _table(("argument", "meaning"), ((_called(item), item.help or "") for item in actions))


def _called(action: argparse.Action) -> str:
    if not action.option_strings:
        return _code(action.dest)
    taken = "" if action.nargs == 0 else f" {action.metavar or action.dest.upper()}"
    return _code(*(option + taken for option in action.option_strings))


def _meanings(head: str, declared: dict[str, Any]) -> str:
    return _table((head, "what it is"), ((_code(name), item.meaning) for name, item in declared.items()))


TABLES: dict[str, Callable[[], str]] = {
    "study": partial(_keys, Study),
    "classical": _classical,
    "datasets": partial(_keys, Dataset),
    "representations": _representations,
    "fit": partial(_keys, FitSettings),
    "objectives": partial(_meanings, "objective", OBJECTIVES),
    "fit of latents": partial(_keys, LatentFitSettings),
    "codings": partial(_keys, CodingSettings),
    "deciders": _deciders,
    "settings of deciders": _settings_of_deciders,
    "figures": _figures,
    "presets": partial(_meanings, "preset", PRESETS),
    **{f"inrcodec {name}": partial(_command, name) for name in _COMMANDS},
}
"""Every table by its name in the comments of docs/."""
