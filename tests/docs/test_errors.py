"""Errors are documented where a reader looks for them."""

import re

from daypass.domain import errors


def _classes() -> dict[str, type[errors.DaypassError]]:
    return {
        name: value
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, errors.DaypassError)
    }


def _tree() -> dict[str, int]:
    """Each class that the docstring draws, with its depth."""
    lines = re.findall(r"^([│├└─ ]*)([A-Z]\w+Error)\b", errors.__doc__ or "", re.MULTILINE)
    return {name: len(indent) // 4 for indent, name in lines}


def test_error_tree_lists_every_error() -> None:
    """The tree at the top of errors.py is the whole tree."""
    assert set(_tree()) == set(_classes())


def test_error_tree_is_drawn_as_it_is() -> None:
    """Depth in the picture is depth in the code."""
    depths = {name: kind.__mro__.index(errors.DaypassError) for name, kind in _classes().items()}
    assert _tree() == depths
