"""Values of the command line that are what was typed: texts, paths, options that were not given.

Typer validates every value by pydantic, whose import takes a fifth of the time of a short ``check``. For most
commands nothing is to be validated: then it is not asked, and otherwise it answers as always.
"""

import os
from pathlib import Path
from typing import Any


def spare_validation(parameter: Any) -> None:
    """Make a parameter of a command take plain values as they are."""
    described = getattr(parameter, "type_descriptor", None)
    kind, info = getattr(described, "annotation", None), getattr(described, "parameter_info", None)
    if info is None or parameter.required or info.parser or "process_value" in vars(parameter):
        return
    validated = parameter.process_value
    several = parameter.multiple or parameter.nargs == -1

    def process_value(context: Any, value: Any) -> Any:
        if value is None:
            taken: Any = () if several else None
        elif kind is str and isinstance(value, str):
            taken = value
        elif kind == list[str] and isinstance(value, list | tuple) and all(isinstance(v, str) for v in value):
            taken = list(value)
        elif kind is Path and isinstance(value, str) and _is_plain_path(value, info):
            taken = Path(value)
        else:
            return validated(context, value)
        return taken if parameter.callback is None else parameter.callback(context, parameter, taken)

    parameter.process_value = process_value


def _is_plain_path(value: str, info: Any) -> bool:
    """Tell whether Typer would say nothing of a path: none of its checks is asked for, but that what is there can be read."""
    checked = info.exists or info.writable or info.resolve_path or info.allow_dash or info.path_type
    if checked or not (info.file_okay and info.dir_okay):
        return False
    try:
        return os.access(value, os.R_OK) or not os.path.lexists(value)
    except ValueError:  # a NUL in it
        return False
