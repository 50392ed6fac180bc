"""Finds things in a picture: by words, by kind, by namespace; what fits best comes first. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from daypass.domain.picture import BINDINGS, ROLES, Entry, Kind

USER: Final = "User"
GROUP: Final = "Group"
ORDER: Final = (
    USER,
    GROUP,
    Kind.SERVICE_ACCOUNT.value,
    Kind.ROLE.value,
    Kind.CLUSTER_ROLE.value,
    Kind.ROLE_BINDING.value,
    Kind.CLUSTER_ROLE_BINDING.value,
    Kind.NAMESPACE.value,
)
"""All kinds of things that are found, as they are listed."""
_MEANT: Final[Mapping[str, tuple[str, ...]]] = {
    **{kind.lower(): (kind,) for kind in ORDER},
    "sa": (Kind.SERVICE_ACCOUNT.value,),
    "ns": (Kind.NAMESPACE.value,),
    "subject": (USER, GROUP, Kind.SERVICE_ACCOUNT.value),
    "role": tuple(kind.value for kind in ROLES),
    "binding": tuple(kind.value for kind in BINDINGS),
}
BOUND: Final = 100
"""Bindings of one subject that are gone into; the others are counted."""
_BY_TEXT: Final = 3
"""A rank behind all: the name itself, its beginning, a part of it, what is said beside it."""


def kinds_meant(said: str) -> tuple[str, ...]:
    """Return the kinds that somebody means, in whatever letters, singular or plural; none if none.

    `role` is both kinds of roles, `binding` both of bindings, `subject` whoever can be bound.
    """
    word = said.lower().replace("-", "").replace(" ", "")
    return _MEANT.get(word) or _MEANT.get(word.removesuffix("s"), ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """What was found: an entry, or a subject with the bindings that name it.

    A service account may be both. `more` counts bindings beyond BOUND. `lacking` has the keys of
    roles that a binding of it gives and that are not there.
    """

    kind: str
    namespace: str = ""
    name: str
    entry: Entry | None = None
    bindings: tuple[Entry, ...] = ()
    more: int = 0
    lacking: frozenset[str] = frozenset()

    @property
    def role_keys(self) -> frozenset[str]:
        """The roles that it gives, or that it is given."""
        entries = (*self.bindings, *((self.entry,) if self.entry else ()))
        return frozenset(one.role_key for entry in entries if (one := entry.binding) is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is looked for: every word must occur; no words, kinds or namespaces mean anything."""

    words: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ()


def find(entries: Iterable[Entry], query: Query) -> tuple[Thing, ...]:
    """Return what fits, the best first: by name, then by what stands in it."""
    words = tuple(dict.fromkeys(word.lower() for word in query.words))
    kinds, places = frozenset(query.kinds), frozenset(query.namespaces)
    found = [
        (rank, ORDER.index(thing.kind), thing.namespace, thing.name, thing)
        for thing in things(entries)
        if _fits(thing, kinds, places) and (rank := _rank(thing, words)) is not None
    ]
    return tuple(thing for *_, thing in sorted(found, key=lambda one: one[:-1]))


def counted(found: Sequence[Thing]) -> Mapping[str, int]:
    """Return how many there are of each kind, in order."""
    counts = {kind: sum(one.kind == kind for one in found) for kind in ORDER}
    return {kind: count for kind, count in counts.items() if count}


def things(entries: Iterable[Entry]) -> Iterator[Thing]:
    """Yield every entry, and every subject of a binding, once; of the same key the last counts."""
    there = {entry.key: entry for entry in entries}
    subjects: dict[tuple[str, str], list[Entry]] = {}
    for entry in there.values():
        for one in dict.fromkeys(entry.subjects):
            subjects.setdefault((one.kind, one.name), []).append(entry)
    for (kind, name), bindings in subjects.items():
        if kind in ORDER:
            yield _subject(kind, name, bindings, there=there)
    for entry in there.values():
        if (str(entry.kind), f"{entry.namespace}/{entry.name}") not in subjects:
            yield Thing(
                kind=entry.kind.value, namespace=entry.namespace, name=entry.name, entry=entry
            )


def _subject(
    kind: str, name: str, bindings: Sequence[Entry], *, there: Mapping[str, Entry]
) -> Thing:
    namespace, _, account = name.partition("/") if kind == Kind.SERVICE_ACCOUNT else ("", "", name)
    return Thing(
        kind=kind,
        namespace=namespace,
        name=account,
        entry=there.get(f"{kind}/{name}"),
        bindings=tuple(bindings[:BOUND]),
        more=max(len(bindings) - BOUND, 0),
    )


def _fits(thing: Thing, kinds: Collection[str], places: frozenset[str]) -> bool:
    if kinds and thing.kind not in kinds:
        return False
    return not places or not places.isdisjoint(_places(thing))


def _places(thing: Thing) -> Iterator[str]:
    """Yield the namespaces in which a thing is, or counts by name."""
    yield thing.name if thing.kind == Kind.NAMESPACE else thing.namespace
    yield from (one.namespace for one in thing.bindings)


def _rank(thing: Thing, words: Sequence[str]) -> int | None:
    """Say how well all words fit, 0 is best; None where one does not.

    Thousands of words may be asked for, of tens of thousands of things: the first that is nowhere
    in a thing ends it, and what stands in it is put together once.
    """
    name, texts, total = thing.name.lower(), "", 0
    for word in words:
        rank = _rank_by_name(word, name, thing.namespace)
        if rank is None:
            texts = texts or "\n".join(("", *_texts(thing))).lower()
            if word not in texts:
                return None
            rank = _BY_TEXT
        total += rank
    return total


def _rank_by_name(word: str, name: str, namespace: str) -> int | None:
    if word in (name, f"{namespace}/{name}"):
        return 0
    if name.startswith(word):
        return 1
    return 2 if word in name else None


def _texts(thing: Thing) -> Iterator[str]:
    yield thing.namespace
    for binding in thing.bindings:
        yield binding.namespace
        yield from _role(binding)
    if (entry := thing.entry) is not None:
        yield from _role(entry)
        for labels in (entry.labels, entry.annotations):
            yield from (f"{key}={value}" for key, value in labels.items())
        yield from (one.name for one in entry.subjects)
        yield from (text for rule in entry.rules for text in rule.resources)


def _role(entry: Entry) -> Iterator[str]:
    if entry.role is not None:
        yield entry.role.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some of a list: which part of how many it is, and how many come after."""

    number: int
    last: int
    start: int
    end: int
    left: int


def page(total: int, number: int, size: int) -> Page:
    """Return which of `total` things are on a page; what is past the last is the last."""
    last = max(-(-total // size), 1)
    number = min(max(number, 1), last)
    end = min(number * size, total)
    return Page(number=number, last=last, start=(number - 1) * size, end=end, left=total - end)
