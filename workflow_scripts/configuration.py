"""A configuration as it is written: files, then `--config`, into one dictionary whose values are texts.

YAML would guess types: `001` a 1, `no` a false, `1e4` a text. Here each key of the study says what it wants
(`study.py`, `blocks.py`), and text becomes that, in files and on the command line alike.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml
from snakemake.utils import update_config

from inrcodec.files import InputError
from workflow_scripts import own_modules

IGNORED = "x-"
"""Top-level keys that begin so are for YAML anchors."""
_NULL, _MERGE = "tag:yaml.org,2002:null", "tag:yaml.org,2002:merge"


class _Loader(yaml.SafeLoader):
    """YAML with text, null, lists and blocks; a key that a block has twice is an error."""

    def compose_mapping_node(self, anchor: str | None) -> yaml.MappingNode:
        node = super().compose_mapping_node(anchor)
        seen = set()
        for key, _ in node.value:
            # Other nodes are no keys of a dictionary, which the constructor says.
            name = key.value if isinstance(key, yaml.ScalarNode) else id(key)
            if name in seen:
                problem = f"{name} stands here for the second time in one block, join the two"
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=key.start_mark)
            seen.add(name)
        return node


_Loader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if tag in {_NULL, _MERGE}]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read(files: Iterable[str | Path], arguments: Iterable[str] = ()) -> dict[str, Any]:
    """The configuration in files, each over the one before, and under `arguments`, the KEY=YAML of `--config`.

    Relative paths, of a dataset and of a function's own source, are as seen from the file that names them; in
    arguments, from the working directory.

    Raises:
        InputError: one line that says where something is not YAML, or a block has a key twice.
    """
    config: dict[str, Any] = {}
    for file in files:
        block = _parse(Path(file).read_text(encoding="utf-8"), str(file))
        update_config(config, _anchored(block, Path(file).parent))
    for argument in arguments:
        key, _, text = argument.partition("=")
        block = {key: _parse(text, f"--config {key}")}
        update_config(config, _anchored(block, Path()))
    return {key: value for key, value in config.items() if not str(key).startswith(IGNORED)}


def _parse(text: str, source: str) -> Any:
    try:
        return yaml.load(text, _Loader)
    except yaml.MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise InputError(f"config: {source}{line}: {error.problem}") from None
    except (yaml.YAMLError, ValueError) as error:
        raise InputError(f"config: {source}: {str(error).splitlines()[0]}") from None


def _anchored(config: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The same with full paths, those that are relative seen from `folder`."""
    datasets = config.get("datasets")
    for dataset in datasets if isinstance(datasets, list) else ():
        if isinstance(dataset, dict) and isinstance(dataset.get("path"), str):
            dataset["path"] = str(_seen_from(folder, dataset["path"]))
    functions = config.get("functions")
    for function in functions.values() if isinstance(functions, dict) else ():
        if isinstance(function, dict) and own_modules.is_reference(function.get("representation")):
            function["representation"] = own_modules.anchored(function["representation"], folder)
    return config


def _seen_from(folder: Path, path: str) -> Path:
    try:
        return (folder / Path(path).expanduser()).resolve()
    except (RuntimeError, ValueError, OSError) as error:
        raise InputError(f"config: datasets: path is {path!r}: {error}") from None
