"""Holds the data against the schema in our own words, and goes on with what is right."""

from typing import Any, Final, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from daypass.adapters.yaml.faults import Faults, nearest
from daypass.adapters.yaml.schema import Document
from daypass.adapters.yaml.source import Source, Where

_RIGHT: Final = {
    "string_type": "write text, in quotes where YAML takes it for something else",
    "string_too_short": "write something",
    "bool_type": "write true or false",
    "int_type": "write a whole number",
    "list_type": "write a list: [a, b]",
    "dict_type": "write keys with values: {key: value}",
    "model_type": "write keys with values: {key: value}",
}
_INSTEAD: Final[dict[str, Any]] = {
    "version": 1,
    "install": "unknown",
    "admins": [],
    "teams": {},
    "clusters": {},
    "levels": {},
    "workflows": [],
}


def shaped(source: Source, faults: Faults) -> tuple[Document | None, frozenset[str]]:
    """Return what of the document has the right shape, and the sections that lost a part.

    Every fault of shape is noted. None when not even a mapping is there.
    """
    if not isinstance(source.data, dict):
        if source.data is not None:
            faults.add((), "is not a mapping; begin with `version: 1`")
        return None, frozenset()
    try:
        return Document.model_validate(source.data), frozenset()
    except ValidationError as error:
        details = error.errors(include_url=False)
    for one in details:
        faults.add(_where(one, source), _worded(one))
    rest = _without(source.data, [detail["loc"] for detail in details])
    lost = frozenset(str(detail["loc"][0]) for detail in details)
    return Document.model_validate(rest), lost


def _where(one: ErrorDetails, source: Source) -> Where:
    """A missing key is reported at what should hold it; pydantic's own steps are left out."""
    return source.known(_written(one["loc"], source.data))


def _written(where: Where, data: Any) -> Where:  # noqa: ANN401 - as read
    """Return a place as it stands in the file: what stands alone there is taken for a list."""
    found: list[str | int] = []
    for step in where:
        if isinstance(step, int) and not isinstance(data, list):
            continue
        found.append(step)
        data = _at(data, step)
    return tuple(found)


def _at(data: Any, step: str | int) -> Any:  # noqa: ANN401 - as read
    if isinstance(data, list) and isinstance(step, int):
        return data[step]
    return data.get(step) if isinstance(data, dict) else None


def _worded(one: ErrorDetails) -> str:
    match one["type"]:
        case "fault":
            return str(one["ctx"]["fault"])
        case "missing":
            return f"has no {one['loc'][-1]}; add it: {_meaning(one['loc'])}"
        case "extra_forbidden":
            known = _fields(one["loc"][:-1])
            return f"unknown key; {nearest(str(one['loc'][-1]), known)}"
        case "literal_error":
            return f"{_shown(one['input'])} is not offered; write {one['ctx']['expected']}"
        case other:
            return f"{_shown(one['input'])} does not fit; {_RIGHT.get(other, one['msg'])}"


def _shown(value: object) -> str:
    match value:
        case None:
            return "nothing"
        case dict() | list():
            return "this"
        case bool():
            return str(value).lower()
        case _:
            return f"“{value}”"


def _meaning(where: Where) -> str:
    fields = _fields(where[:-1])
    described = fields[str(where[-1])].description if str(where[-1]) in fields else None
    return described or str(where[-1])


def _fields(where: Where) -> dict[str, Any]:
    """Return the fields of the model at a place of the schema."""
    kind: Any = Document
    for step in where:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            found = kind.model_fields.get(str(step))
            kind = _bare(found.annotation) if found else None
        elif get_origin(kind) in {dict, list}:
            kind = _bare(get_args(kind)[-1])
    is_model = isinstance(kind, type) and issubclass(kind, BaseModel)
    return dict(kind.model_fields) if is_model else {}


def _bare(kind: Any) -> Any:  # noqa: ANN401 - a type of any form
    """Strip `Annotated` and `| None` from a type."""
    while hasattr(kind, "__metadata__") or type(None) in get_args(kind):
        kind = next(one for one in get_args(kind) if one is not type(None))
    return kind


def _without(data: dict[str, Any], places: list[Where]) -> dict[str, Any]:
    """Return the document without the entries that hold a fault."""
    broken = {tuple(place[:2]) for place in places}
    kept = {**_INSTEAD, **{key: one for key, one in data.items() if key in _INSTEAD}}
    return {
        name: _INSTEAD[name] if (name,) in broken else _section(section, name, broken)
        for name, section in kept.items()
    }


def _section(section: Any, name: str, broken: set[Where]) -> Any:  # noqa: ANN401 - as read
    if isinstance(section, dict):
        return {key: one for key, one in section.items() if (name, key) not in broken}
    if isinstance(section, list):
        return [one for number, one in enumerate(section) if (name, number) not in broken]
    return section
