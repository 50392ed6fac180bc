"""Reads the words of verbs that look into a cluster: `who on prod`, `can-i get pods in web`."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from bot.grammar.line import INTO, PLACES, SILENT, Flag, Line, Verb
from bot.grammar.reading import Reading
from bot.grammar.scope import account
from bot.grammar.words import Word
from daypass.domain.kubectl import with_name

_BETWEEN: Final = frozenset({"namespace", "namespaces", "the", "cluster"})
"""What may stand between `in` or `on` and a name."""
_ONE: Final = "one at a time; say “can-i” again for another"


def take_places(reading: Reading) -> None:
    """Take out of the words what says where and for whom, and what says nothing."""
    if reading.verb not in INTO:
        return
    reading.words = list(_left(_asking(reading.words), reading))


def _asking(words: Sequence[Word]) -> list[Word]:
    """Leave out the question mark of a whole question."""
    if not words or words[-1].quoted or not words[-1].text.rstrip("?"):
        return [word for word in words if word.quoted or word.text.strip("?")]
    return [*words[:-1], replace(words[-1], text=words[-1].text.rstrip("?"))]


def _left(words: Sequence[Word], reading: Reading) -> Iterator[Word]:
    rest = list(words)
    while rest:
        word = rest.pop(0)
        low = "" if word.quoted else word.text.lower()
        flag = PLACES.get(low)
        if flag in reading.grammar.flags and rest:
            while len(rest) > 1 and not rest[0].quoted and rest[0].text.lower() in _BETWEEN:
                rest.pop(0)
            reading.put(flag, rest.pop(0).text)
            while rest and rest[0].listed and flag is Flag.NAMESPACE:
                reading.put(flag, rest.pop(0).text)
        elif low not in SILENT.get(reading.verb, frozenset()):
            yield word


def with_places(line: Line, reading: Reading) -> Line:
    """Return the line with what its flags say of one thing each."""
    cluster = reading.one(Flag.CLUSTER)
    first = (cluster,) if cluster and line.verb is not Verb.CAN_I else ()
    return replace(
        line,
        words=(*first, *line.words),
        kind=reading.one(Flag.KIND),
        page=_page(reading),
        cluster="" if first else cluster,
        person=account(reading.one(Flag.PERSON)),
        part=reading.one(Flag.PART),
    )


def _page(reading: Reading) -> int:
    said = reading.one(Flag.PAGE)
    if not said:
        return 1
    # Six digits are more pages than there can be, and no more than int reads at once.
    if said.isascii() and said.isdigit() and len(said) <= 6 and int(said) > 0:  # noqa: PLR2004
        return int(said)
    reading.problems.append(f"“{said[:80]}” is no page; they are counted from 1.")
    return 1


def about_one(line: Line, reading: Reading) -> list[Line]:
    """Note what is asked of more than one namespace, or of a name that stands alone."""
    if line.verb is not Verb.CAN_I:
        return [line]
    if len(line.words) == 3 and "/" not in line.words[1]:  # noqa: PLR2004 - Verb, resource, name.
        reading.problems.append("A name follows its resource after a slash: pods/NAME.")
        line = replace(line, words=(line.words[0], with_name(*line.words[1:])))
    if len(line.namespaces) <= 1:
        return [line]
    reading.problems.append(f"It asks about one namespace: {_ONE}.")
    return [replace(line, namespaces=(name,)) for name in line.namespaces]
