"""A command as a value: its verbs, what each takes, and how it is written for people to copy."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from typing import Final

from bot.grammar.tokenizer import quote
from daypass.domain.duration import is_duration, write_duration
from daypass.domain.ids import read_id


class Verb(StrEnum):
    """What the slash command can do; the value is the word that people write."""

    TO = "to"
    CATALOG = "catalog"
    REQUESTS = "requests"
    STATUS = "status"
    LEASES = "leases"
    DISCOVER = "discover"
    WHO = "who"
    CAN_I = "can-i"
    DETAILS = "details"
    APPROVE = "approve"
    DENY = "deny"
    CANCEL = "cancel"
    EXTEND = "extend"
    SHORTEN = "shorten"
    RELEASE = "release"
    REVOKE = "revoke"
    FREEZE = "freeze"
    THAW = "thaw"
    WHOAMI = "whoami"
    HELP = "help"


class Flag(StrEnum):
    """What may be said with a flag; the value is the spelling that we print."""

    GROUP = "--k8sGroup"
    NAMESPACE = "--namespace"
    DURATION = "--duration"
    REASON = "--reason"
    KIND = "--kind"
    PAGE = "--page"
    CLUSTER = "--on"
    PERSON = "--as"
    PART = "--subresource"
    CHECK = "--check"


ALIASES: Final[Mapping[str, Flag]] = {
    **dict.fromkeys(("k8sgroup", "group", "level", "g"), Flag.GROUP),
    **dict.fromkeys(("namespace", "n"), Flag.NAMESPACE),
    **dict.fromkeys(("duration", "for", "d"), Flag.DURATION),
    **dict.fromkeys(("reason", "because", "r"), Flag.REASON),
    **dict.fromkeys(("page", "p"), Flag.PAGE),
    **dict.fromkeys(("on", "cluster"), Flag.CLUSTER),
    "kind": Flag.KIND,
    "check": Flag.CHECK,
    "as": Flag.PERSON,
    "subresource": Flag.PART,
}
"""Names of flags in lower case, without dashes of any kind in them."""
KEYWORDS: Final[Mapping[str, Flag]] = {"for": Flag.DURATION, "because": Flag.REASON}
"""Flags that may also be said in plain words: `to prod for 1h because INC-42`."""
AND: Final = frozenset({"and", "&", "+"})
"""What ties names together, as commas do."""

EXCEPT: Final = frozenset(
    {"but", "except", "excepting", "excluding", "minus", "not", "without", "besides"}
)
"""Words that turn what follows into its opposite, which no command can say."""
TIMES: Final = frozenset({"for", "until", "till", "at", "from", "after", "before", "in", "by"})
"""What stands before a length or a moment."""
LIMITS: Final = frozenset(
    {
        *("only", "just", "solely", "merely", "exactly", "precisely", "nothing", "no", "never"),
        *("until", "till", "til", "upto", "up", "max", "maximum", "most", "min", "minimum"),
        *("least", "under", "within", "below", "leaving"),
    }
)
"""Words that hold what follows to a limit, which no command can say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """What a verb takes: words (`most` of them, what one stands for) and flags.

    Where it cannot do without a word, it `asks` for one, or for `least` of them.
    """

    word: str = ""
    most: int = 0
    asks: str = ""
    least: int = 1
    flags: frozenset[Flag] = frozenset()

    @property
    def needed(self) -> bool:
        """Whether it takes one word at least."""
        return bool(self.asks)


ANY_NUMBER: Final = 1_000
"""More than fit into what Slack sends."""
ALL: Final = "all"
"""In place of an id: `revoke all`, `revoke all on CLUSTER`, `revoke all of PERSON`."""
_ID: Final = "ID"
_CLUSTER: Final = "CLUSTER"
_LENGTH_AND_WHY: Final = frozenset({Flag.DURATION, Flag.REASON})
MOVES_END: Final = frozenset({Verb.EXTEND, Verb.SHORTEN})
"""Verbs whose length is written as a word: `extend ID 30m`."""
INTO: Final = frozenset({Verb.DISCOVER, Verb.WHO, Verb.CAN_I, Verb.DETAILS})
"""Verbs that look into a cluster; in them `on`, `in` and `as` say where, and for whom."""
PLACES: Final[Mapping[str, Flag]] = {
    "on": Flag.CLUSTER,
    "in": Flag.NAMESPACE,
    "as": Flag.PERSON,
}
"""Flags that may be said in plain words there: `who on prod in payments`."""
SILENT: Final[Mapping[Verb, frozenset[str]]] = {
    Verb.WHO: frozenset({"can", "act", "is", "has", "access", "now", "there", "to"}),
    Verb.CAN_I: frozenset({"i"}),
}
"""Words that say nothing after a verb: `who has access on prod`."""
LOOKS: Final = INTO | {
    Verb.CATALOG, Verb.REQUESTS, Verb.STATUS, Verb.LEASES, Verb.WHOAMI, Verb.HELP,
}  # fmt: skip
"""Verbs that change nothing: what is left out of them costs nobody anything."""
FREE: Final = INTO | {Verb.CATALOG, Verb.HELP}
"""Verbs whose words may be any."""
GRAMMAR: Final[Mapping[Verb, Grammar]] = {
    Verb.TO: Grammar(
        word=_CLUSTER,
        most=1,
        asks="Which cluster? Its name comes after “to”.",
        flags=frozenset({Flag.GROUP, Flag.NAMESPACE, Flag.DURATION, Flag.REASON}),
    ),
    Verb.CATALOG: Grammar(word="FILTER", most=ANY_NUMBER),
    Verb.REQUESTS: Grammar(),
    Verb.STATUS: Grammar(word=_ID, most=1),
    Verb.LEASES: Grammar(),
    Verb.DISCOVER: Grammar(
        word=_CLUSTER,
        most=ANY_NUMBER,
        asks="Which cluster? Its name comes after “discover”.",
        flags=frozenset({Flag.KIND, Flag.NAMESPACE, Flag.PAGE, Flag.CLUSTER}),
    ),
    Verb.WHO: Grammar(
        word=_CLUSTER,
        most=ANY_NUMBER,
        asks="Which cluster? Its name comes after “who”.",
        flags=frozenset({Flag.NAMESPACE, Flag.PAGE, Flag.CLUSTER}),
    ),
    Verb.CAN_I: Grammar(
        word="VERB RESOURCE",
        most=2,
        least=2,
        asks="Do what? Say it as kubectl does, after “can-i”: get pods, or delete deployments/web.",
        flags=frozenset({Flag.NAMESPACE, Flag.CLUSTER, Flag.PERSON, Flag.PART}),
    ),
    Verb.DETAILS: Grammar(
        word="ID, or CLUSTER LEVEL",
        most=2,
        asks="Of what? A request’s id comes after “details”, or a cluster and a level.",
        flags=frozenset({Flag.PAGE, Flag.CLUSTER}),
    ),
    Verb.APPROVE: Grammar(
        word=_ID,
        most=1,
        asks="Which request? Its id, which the card has, comes after “approve”; “requests” lists "
        "those that wait for you.",
        flags=frozenset({Flag.DURATION}),
    ),
    Verb.DENY: Grammar(word=_ID, most=1, flags=frozenset({Flag.REASON})),
    Verb.CANCEL: Grammar(word=_ID, most=1),
    Verb.EXTEND: Grammar(word=_ID, most=1, flags=_LENGTH_AND_WHY),
    Verb.SHORTEN: Grammar(word=_ID, most=1, flags=_LENGTH_AND_WHY),
    Verb.RELEASE: Grammar(word=_ID, most=1),
    Verb.REVOKE: Grammar(
        word=_ID,
        most=1,
        asks="Which request or lease? Its id comes after “revoke”.",
        flags=frozenset({Flag.REASON}),
    ),
    Verb.FREEZE: Grammar(word=_CLUSTER, most=ANY_NUMBER, flags=frozenset({Flag.REASON})),
    Verb.THAW: Grammar(word=_CLUSTER, most=ANY_NUMBER, flags=frozenset({Flag.REASON})),
    Verb.WHOAMI: Grammar(flags=frozenset({Flag.CHECK})),
    Verb.HELP: Grammar(word="VERB", most=ANY_NUMBER),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One command, understood: empty where nothing was said.

    `length` is how the duration was written, or a placeholder where it has to be said yet.
    `part` is a subresource. `heard_of` is the username in a message of Kubernetes that was pasted;
    one that `checks` compares that with what a cluster is told.
    `read` is which edition of a request stood by the button that means it; what is typed names the
    first.
    """

    verb: Verb
    words: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ()
    duration: timedelta | None = None
    reason: str = ""
    length: str = field(default="", compare=False)
    kind: str = ""
    page: int = 1
    cluster: str = ""
    person: str = ""
    part: str = ""
    checks: bool = False
    heard_of: str = field(default="", compare=False)
    read: str = field(default="", compare=False)

    def lasting(self, duration: timedelta) -> "Line":
        """Return the same for another length of time."""
        return replace(self, duration=duration, length=write_duration(duration))

    @property
    def target(self) -> str:
        """The cluster of `to`, the id of the others."""
        return self.words[0] if self.words else ""

    @property
    def revokes_all(self) -> bool:
        """Whether it is to end all of something, not one request or lease."""
        return self.verb is Verb.REVOKE and self.target == ALL


def write(line: Line) -> str:
    """Write a line without the slash command's name, so that reading it gives the same line."""
    said = line.length or (write_duration(line.duration) if line.duration is not None else "")
    bare = line.verb in MOVES_END and line.duration is not None
    parts = (
        (line.verb.value,),
        tuple(_in_place(word, line.verb) for word in line.words),
        tuple(f"{Flag.GROUP}={word_for(level)}" for level in line.levels),
        tuple(f"{Flag.NAMESPACE} {word_for(namespace)}" for namespace in line.namespaces),
        (said if bare else f"{Flag.DURATION} {said if said.isalnum() else quote(said)}",)
        if said
        else (),
        (f"{Flag.REASON} {quote(line.reason)}",) if line.reason else (),
        tuple(_plain(line)),
    )
    return " ".join(written for part in parts for written in part)


def _plain(line: Line) -> Iterator[str]:
    """Write the flags that take one word."""
    said = {
        Flag.KIND: line.kind,
        Flag.CLUSTER: "" if line.checks else line.cluster,
        Flag.PERSON: line.person,
        Flag.PART: line.part,
    }
    yield from (f"{flag} {word_for(value)}" for flag, value in said.items() if value)
    if line.checks:
        yield f"{Flag.CHECK} {word_for(line.cluster)}" if line.cluster else Flag.CHECK
    if line.page > 1:
        yield f"{Flag.PAGE} {line.page}"


def _in_place(word: str, verb: Verb) -> str:
    """Write a word so that where it stands it is read as nothing else."""
    other = SILENT.get(verb, frozenset()) | (PLACES.keys() if verb in INTO else frozenset())
    return quote(word) if word.lower() in other else word_for(word)


def word_for(word: str) -> str:
    """Write a word, quoted only where it would not be read back as itself."""
    inside = all(char.isalnum() or char in "._:@/*-" for char in word)
    plain = inside and word[:1].isalnum() and (word[-1].isalnum() or word[-1] == "*")
    # What begins with a digit and is no id may be meant as a length.
    number = is_duration(word) or (word[:1].isdigit() and read_id(word) is None)
    read_otherwise = word.lower() in KEYWORDS.keys() | AND | EXCEPT | TIMES | LIMITS | {Verb.TO}
    return quote(word) if not plain or read_otherwise or number else word
