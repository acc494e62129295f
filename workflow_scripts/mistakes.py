"""What an error says of a configuration: one line per mistake, with the key, its value and what is accepted."""

import difflib
import re
from collections.abc import Collection
from typing import Any

from pydantic import BaseModel, ValidationError


def meant(name: str, names: Collection[str], before: str = "; ") -> str:
    """A question after an accepted name that is like one that is not accepted; empty where none is."""
    close = difflib.get_close_matches(name, names, n=1)
    return f"{before}did you mean {close[0]}?" if close else ""


def unknown(kind: str, name: str, names: Collection[str]) -> str:
    """What an error says of a name that is none of those accepted."""
    return f"no such {kind}, accepted are {', '.join(names)}{meant(name, names)}"


def refuse_unknown(key: str, kind: str, name: Any, names: Collection[str]) -> None:
    """Raise a ValueError where the name at a key is missing or none of those accepted."""
    if name not in names:
        found = "is missing" if name is None else f"is {name!r}"
        raise ValueError(f"{key} {found}: {unknown(kind, str(name), names)}")


def validated(model: type[BaseModel], values: dict[str, Any], where: str) -> Any:
    """A block of the configuration, whose keys errors name as inside `where`.

    Raises:
        ValueError: the first mistake in it.
    """
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise ValueError(line(error.errors()[0], model, where)) from None


def line(item: Any, block: Any, where: str = "") -> str:
    """What pydantic says of one mistake in a block, in our words."""
    key = ".".join([where][: bool(where)] + [str(part) for part in item["loc"] if part != "[key]"])
    value, kind = item["input"], item["type"]
    if kind == "extra_forbidden":
        return f"{key}: unknown key{_hint(item['loc'], block)}"
    if kind == "missing":
        return f"{key}: missing"
    if value is None:
        return f"{key}: is empty, write its value or leave the key out"
    number = isinstance(value, str) and re.fullmatch(r"-?[\d.]+(e-?\d+)?", value, re.IGNORECASE)
    shown = "" if isinstance(value, dict) else f" is {value if number else repr(value)}"
    message = _WANTED.get(kind, item["msg"].removeprefix("Value error, "))
    return f"{key}{shown}: {message}" if key else message


_WANTED = {
    "int_parsing": "Input should be a valid integer",
    "float_parsing": "Input should be a valid number",
    "list_type": "a list is wanted here, [ ... ]",
    "model_type": "a block of keys is wanted here",
    "dict_type": "a block of keys is wanted here",
    "string_type": "one text is wanted here",
}


def _hint(location: tuple, block: Any) -> str:
    for part in location[:-1]:
        block = _inner(block, part)
    known = list(getattr(block, "model_fields", {}))
    return meant(str(location[-1]), known, ", ") or f", accepted are {', '.join(known)}"


def _inner(block: Any, part: Any) -> Any:
    """The model behind one step of an error's location."""
    if isinstance(part, int) or not hasattr(block, "model_fields") or part not in block.model_fields:
        return block
    annotation = block.model_fields[part].annotation
    for candidate in [annotation, *getattr(annotation, "__args__", ())]:
        if isinstance(candidate, type) and issubclass(candidate, BaseModel):
            return candidate
    return block
