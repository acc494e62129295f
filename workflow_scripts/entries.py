"""Entries of `functions` and `codings`: their sweeps, and what each setting is called in paths.

A fit or a coding goes by its specification, never by the name that a study gives it: the same specification is the same
result, whoever asks for it.
"""

import hashlib
import json
import re
from dataclasses import dataclass, fields
from functools import partial
from typing import Any

from inrcodec.files import InputError
from inrcodec.fitting.deciders import DECIDERS
from inrcodec.quantization import RULES
from inrcodec.representations import REPRESENTATIONS
from workflow_scripts import own_modules
from workflow_scripts.blocks import FitSettings, coding_block, distinct, fit_block, function_block
from workflow_scripts.mistakes import refuse_unknown, validated

Written = dict[str, Any]
"""An entry's keys as a study writes them."""


@dataclass(frozen=True)
class Setting:
    """One point of an entry's sweep: what is swept, in words; a name for paths; the whole specification."""

    label: str
    path: str
    spec: dict[str, Any]


@dataclass(frozen=True)
class Entry:
    """A named entry of `functions` or `codings`, its sweep in order."""

    name: str
    title: str
    settings: tuple[Setting, ...]


def of_functions(blocks: dict[str, Written], fit: FitSettings) -> dict[str, Entry]:
    """The entries of `functions` by name, under a study's settings of fits.

    Raises:
        ValueError: the first mistake in one.
    """
    make = partial(_function_setting, fit=fit.model_dump())
    return {name: _entry("functions", name, blocks, make) for name in blocks}


def of_codings(blocks: dict[str, Written]) -> dict[str, Entry]:
    """The entries of `codings` by name.

    Raises:
        ValueError: the first mistake in one.
    """
    return {name: _entry("codings", name, blocks, _coding_setting) for name in blocks}


def settings_by_path(entries: dict[str, Entry]) -> dict[str, dict[str, Any]]:
    """Every specification of some entries by its name in paths."""
    return {setting.path: setting.spec for entry in entries.values() for setting in entry.settings}


def _entry(kind: str, name: str, blocks: dict[str, Written], make: Any) -> Entry:
    """An entry with its sweep: lists go together, point by point."""
    block, where = _inherited(kind, name, blocks), f"{kind}.{name}"
    title = block.pop("title", name)
    if own_modules.is_reference(block.get("representation")):
        title = f"{title} (not portable)"
    swept = {key: value for key, value in block.items() if isinstance(value, list)}
    if len({len(values) for values in swept.values()}) > 1 or not all(swept.values()):
        counts = ", ".join(f"{key} has {len(values)}" for key, values in swept.items())
        raise ValueError(f"{where}: lists go together, point by point, so they are of one length: {counts}")
    settings = []
    for point in zip(*swept.values(), strict=True) if swept else [()]:
        settings.append(make("x".join(map(str, point)), block | dict(zip(swept, point, strict=True)), where))
    distinct([setting.label for setting in settings if swept], f"{where}: ")
    return Entry(name, str(title), tuple(settings))


def _inherited(kind: str, name: str, blocks: dict[str, Written], seen: tuple[str, ...] = ()) -> Written:
    """An entry's own keys over those of the entry that it is like."""
    own = dict(blocks[name])
    like = own.pop("like", None)
    if like is None:
        return own
    refuse_unknown(f"{kind}.{name}.like", "entry", like, blocks)
    if like in (*seen, name):
        raise ValueError(f"{kind}.{name}.like is {like!r}: the entries are like each other in a circle")
    others = _inherited(kind, like, blocks, (*seen, name))
    return {key: value for key, value in others.items() if key != "title"} | own


def _function_setting(label: str, block: Written, where: str, fit: dict[str, Any]) -> Setting:
    name = block.pop("representation", None)
    if own_modules.is_reference(name):
        return _own_function_setting(label, name, block, where, fit)
    refuse_unknown(f"{where}.representation", "representation", name, REPRESENTATIONS)
    kind = REPRESENTATIONS[name]
    found = validated(function_block(name), fit | block, where).model_dump()
    chosen = {key: found[key] for key in kind.hyperparameters()}
    try:
        kind(**chosen)
    except InputError as error:
        raise ValueError(f"{where}: {error}") from None
    spec = {
        "representation": name,
        "hyperparameters": chosen,
        "fit": {key: found[key] for key in fit_block(name).model_fields},
    }
    defaults = [item.default for item in fields(kind)]
    return Setting(label, _path([name, *chosen.values()], [None, *defaults], spec), spec)


def _own_function_setting(label: str, reference: str, block: Written, where: str, fit: dict[str, Any]) -> Setting:
    """What is no setting of fits is one of the class, which alone knows what it takes."""
    of_fits = fit | {key: block.pop(key) for key in FitSettings.model_fields if key in block}
    try:
        source, chosen = own_modules.source_digest(reference), own_modules.settings_of(block)
    except ValueError as error:
        raise ValueError(f"{where}.{error}") from None
    spec = {
        "representation": reference,
        "hyperparameters": chosen,
        "fit": validated(FitSettings, of_fits, where).model_dump(),
        "source": source,
    }
    return Setting(label, _path([reference.rpartition(":")[2], *chosen.values()], [], spec), spec)


def _coding_setting(label: str, block: Written, where: str) -> Setting:
    name = block.get("decider")
    refuse_unknown(f"{where}.decider", "decider", name, DECIDERS)
    model = coding_block(name)
    spec = validated(model, block, where).model_dump()
    if spec.get("rate_weight") and RULES[spec["rule"]].fixed_bits:
        raise ValueError(f"{where}.rate_weight: rule {spec['rule']} has no rate to lower, leave it out")
    if spec["rule"] not in (rules := DECIDERS[name].rules):
        raise ValueError(f"{where}.rule: {name} works with {', '.join(rules)}, not with {spec['rule']}")
    if spec.get("search_steps") and spec["rule"] not in (rules := DECIDERS["rounding_search"].rules):
        raise ValueError(f"{where}.search_steps: searched are symbols of {', '.join(rules)}, not of {spec['rule']}")
    if spec.get("learn_steps") == "true" and spec["rule"] != "uniform":
        raise ValueError(f"{where}.learn_steps: only the steps of rule uniform are learnt, not those of {spec['rule']}")
    defaults = [field.default for field in model.model_fields.values()]
    return Setting(label, _path(list(spec.values()), defaults, spec), spec)


def _path(words: list[Any], defaults: list[Any], spec: dict[str, Any]) -> str:
    """A name for paths: readable values, defaults at the end left out, and a hash of the whole specification."""
    while words and defaults and words[-1] == defaults[-1]:
        words, defaults = words[:-1], defaults[:-1]
    digest = hashlib.sha256(json.dumps(spec, sort_keys=True).encode()).hexdigest()[:8]
    return re.sub(r"[^\w-]", "_", "-".join(map(str, [*words, digest])))
