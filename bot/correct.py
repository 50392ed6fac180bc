"""Turns a refusal into the line that would be judged better, where a line can be at all."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot.line import Line, write
from bot.parse import REASON
from daypass.domain import reasons as no
from daypass.domain.reasons import Reason

NAMESPACE: Final = "NAMESPACE"


def corrected(line: Line, reasons: Sequence[Reason]) -> str | None:
    """Return `line` with every reason put right; None when one of them cannot be by writing."""
    better: Line | None = line
    for reason in reasons:
        better = _without(reason, better) if better is not None else None
    return write(better) if better is not None and better != line else None


def _without(reason: Reason, line: Line) -> Line | None:
    match reason:
        case no.UnknownCluster(nearest=(best, *_)):
            return replace(line, words=(best,))
        case no.UnknownLevel(name=name, nearest=(best, *_)):
            return replace(line, levels=_swapped(line.levels, name, best))
        case no.NamespaceNotAllowed() | no.NamespaceNeeded():
            return replace(line, namespaces=_placed(reason, line.namespaces))
        case no.ReasonMissing() | no.ReasonTooLong():
            return replace(line, reason=REASON)
        case (
            no.DurationTooLong(most=longest)
            | no.NotShorter(asked=longest)
            | no.TooLongInAll(left=longest)
        ) if longest > timedelta(0):
            return replace(line, duration=min(longest, line.duration or longest))
        case _:
            return None


def _placed(
    reason: no.NamespaceNotAllowed | no.NamespaceNeeded, names: tuple[str, ...]
) -> tuple[str, ...]:
    if isinstance(reason, no.NamespaceNeeded):
        return (_one_of(reason.choose),)
    return _swapped(names, reason.namespace, _one_of(reason.allowed))


def _swapped(names: tuple[str, ...], old: str, new: str) -> tuple[str, ...]:
    swapped = (new if name == old else name for name in names)
    return tuple(dict.fromkeys(name for name in swapped if name))


def _one_of(allowed: tuple[str, ...]) -> str:
    """A name to write; a placeholder where only globs are known, nothing where none is taken."""
    plain = [name for name in allowed if not set(name) & set("*?[")]
    return plain[0] if plain else NAMESPACE if allowed else ""
