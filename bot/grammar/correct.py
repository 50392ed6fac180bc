"""Turns a refusal into the line that would be judged better, where a line can be at all.

Only the word that was refused is exchanged, or left out where it stands among others of its kind
and the refusal names it. Where that would ask for more than was typed there is no line.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from difflib import get_close_matches
from typing import Final

from bot.grammar.line import Line, Verb, write
from bot.grammar.parse import REASON
from bot.grammar.reading import LEVEL
from daypass.domain import reasons as no
from daypass.domain.reasons import Reason

NAMESPACE: Final = "NAMESPACE"
_OF_THE_ASK: Final = (
    no.ReasonMissing,
    no.NamespaceNotAllowed,
    no.NamespaceNeeded,
    no.DurationTooLong,
    no.TooLongInAll,
)
"""What is wrong with what was asked for; a yes to it is refused, however little it gives."""
_Misplaced = no.NamespaceNotAllowed | no.NamespaceNeeded
_SEVERAL: Final = frozenset({Verb.FREEZE, Verb.THAW})


def onward(line: Line, reasons: Sequence[Reason]) -> tuple[str, ...]:
    """Return the lines to go on with, one after the other; none where writing puts nothing right.

    What is there already is extended or looked at; what else was asked for is asked for as before.
    """
    taken = [reason for reason in reasons if isinstance(reason, no.Taken)]
    if not taken or line.verb is not Verb.TO:
        better = corrected(line, reasons)
        return (better,) if better is not None else ()
    rest = _besides(line, taken)
    others = [reason for reason in reasons if not isinstance(reason, no.Taken)]
    again = (corrected(rest, others) if others else write(rest)) if rest is not None else None
    going_on = (_going_on(one) for one in taken if not _is_of_another(one))
    lines = (*map(write, going_on), *([again] if again is not None else []))
    return tuple(dict.fromkeys(lines))


def _going_on(taken: no.Taken) -> Line:
    """Extend what is held; look at what is neither held yet nor takes more time."""
    if isinstance(taken, no.HeldAlready) and taken.until is not None and taken.more:
        return Line(verb=Verb.EXTEND, words=(taken.there,)).lasting(taken.more)
    return Line(verb=Verb.STATUS, words=(taken.there,))


def _is_of_another(taken: no.Taken) -> bool:
    """Whether another account holds it, which alone may go on with it."""
    return isinstance(taken, no.HeldAlready) and taken.others


def _besides(line: Line, taken: Sequence[no.Taken]) -> Line | None:
    """Leave out the levels that are there already; a single one, of its namespaces those."""
    names = {one.level for one in taken}
    levels = tuple(level for level in line.levels if level not in names)
    if levels:
        return replace(line, levels=levels)
    free = [one.free for one in taken]
    left = tuple(name for name in free[0] if all(name in others for others in free))
    return replace(line, namespaces=left) if left and len(names) == 1 else None


def corrected(line: Line, reasons: Sequence[Reason]) -> str | None:
    """Return `line` with every reason put right; None when one of them cannot be by writing."""
    if line.verb is Verb.APPROVE and any(isinstance(one, _OF_THE_ASK) for one in reasons):
        return None
    if not _is_for_all(line, reasons):
        return None
    better: Line | None = line
    for reason in reasons:
        better = _without(reason, better) if better is not None else None
    return write(better) if better is not None and better != line else None


def _is_for_all(line: Line, reasons: Sequence[Reason]) -> bool:
    """Whether every level wants the same instead of a namespace, for one that is named is for all.

    Else the others would be asked for elsewhere than was typed, or refused there.
    """
    places: dict[str, set[str]] = {}
    levels: dict[str, set[str]] = {}
    for reason in reasons:
        if isinstance(reason, _Misplaced):
            typed = "" if isinstance(reason, no.NamespaceNeeded) else reason.namespace
            places.setdefault(typed, set()).add(_name_for(reason))
            levels.setdefault(typed, set()).add(reason.level)
    there = set(line.levels)  # None: the reasons are about the default alone.
    return not there or all(len(places[one]) == 1 and levels[one] == there for one in places)


def _name_for(reason: _Misplaced) -> str:
    if isinstance(reason, no.NamespaceNeeded):
        return _one_of(reason.choose)
    return _one_of(reason.allowed, reason.namespace)


def _without(reason: Reason, line: Line) -> Line | None:
    match reason:
        case no.UnknownCluster(name=name, nearest=nearest):
            return _with_cluster(line, name, nearest)
        case no.NotFrozen(cluster=name, everywhere=False) if name:
            return _with_cluster(line, name, ())
        case no.UnknownLevel() | no.NoLevel():
            return _with_level(line, reason)
        case no.ReasonMissing() | no.ReasonTooLong():
            return replace(line, reason=REASON)
        case no.NamespaceNotAllowed() | no.NamespaceNeeded() if line.verb is Verb.TO:
            return _with_namespace(line, reason)
        case _:
            return _with_length(line, reason)


def _with_level(line: Line, reason: no.UnknownLevel | no.NoLevel) -> Line | None:
    """Exchange a level for one that is like it; name the only one, or show where one is named."""
    match reason:
        case no.UnknownLevel(name=name, nearest=(best, *_)):
            return replace(line, levels=_swapped(line.levels, name, best))
        case no.NoLevel(offered=(_, *_) as names):
            return replace(line, levels=names if len(names) == 1 else (LEVEL,))
        case _:
            return None


def _with_namespace(line: Line, reason: _Misplaced) -> Line | None:
    name = _name_for(reason)
    if isinstance(reason, no.NamespaceNeeded):
        return replace(line, namespaces=tuple(dict.fromkeys((*line.namespaces, name))))
    # A level that takes no namespace gives more than the one that was named.
    if not reason.allowed:
        return None
    return replace(line, namespaces=_swapped(line.namespaces, reason.namespace, name))


def _with_length(line: Line, reason: Reason) -> Line | None:
    match reason:
        case (
            no.DurationTooLong(most=longest)
            | no.NotShorter(asked=longest)
            | no.TooLongInAll(left=longest)
        ) if longest > timedelta(0):
            return line.lasting(min(longest, line.duration or longest))
        case _:
            return None


def _with_cluster(line: Line, name: str, nearest: tuple[str, ...]) -> Line | None:
    """Exchange a cluster; of several, one that is like none is left out, never the last."""
    if line.cluster == name:
        return replace(line, cluster=nearest[0]) if nearest else None
    if nearest:
        return replace(line, words=_swapped(line.words, name, nearest[0]))
    words = _swapped(line.words, name, "")
    return replace(line, words=words) if line.verb in _SEVERAL and words else None


def _swapped(names: tuple[str, ...], old: str, new: str) -> tuple[str, ...]:
    swapped = (new if name == old else name for name in names)
    return tuple(dict.fromkeys(name for name in swapped if name))


def _one_of(allowed: tuple[str, ...], typed: str = "") -> str:
    """The name that was meant, the only one there is, or a placeholder."""
    plain = [name for name in allowed if not set(name) & set("*?[")]
    near = get_close_matches(typed, plain, n=1, cutoff=0.6)
    if near or len(allowed) == len(plain) == 1:
        return (near or plain)[0]
    return NAMESPACE
