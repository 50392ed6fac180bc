"""Answers to `can-i`, and to a message of Kubernetes that was pasted."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Final

from daypass.adapters.slack import blocks as kit
from daypass.adapters.slack.blocks import Block, Message
from daypass.adapters.slack.limits_table import MESSAGE_TEXT
from daypass.adapters.slack.seeing import apparent
from daypass.adapters.slack.text import code, code_block, fits, inert, local_time, short
from daypass.adapters.slack.views import lengths
from daypass.adapters.slack.views.catalog import ask_line, state_of
from daypass.adapters.slack.views.detail import LIST_BLOCKS, entries
from daypass.adapters.slack.views.pictured import NAME, age, brief, counted
from daypass.adapters.slack.views.refusal import sentence
from daypass.adapters.slack.views.scene import Scene
from daypass.adapters.slack.views.wanted import place
from daypass.adapters.slack.views.words import not_all_known
from daypass.domain.deliveries import realisation
from daypass.domain.kubectl import written
from daypass.domain.lease import Lease, LeaseState
from daypass.domain.listing import and_more
from daypass.domain.picture import BINDINGS, ROLES, About
from daypass.domain.rbac.bindings import Bound
from daypass.domain.rbac.ways import Way
from daypass.usecases.requests.can_i import Answer, Answered
from daypass.usecases.requests.offering import Offer

_WAYS: Final = 5
"""Levels in one answer: the smallest; a person picks one."""
_CLUSTERS: Final = 8
"""Clusters in one answer, each with its line."""
_ROOM: Final = MESSAGE_TEXT - 4_000
"""Characters for levels or clusters: what is said above names things up to ten times."""
_GROUPS: Final = (
    "Groups that come with a sign-in are not known here, only to the cluster: "
    "`kubectl auth can-i` asks it with them."
)


def answered(found: Answered, scene: Scene, again: Mapping[str, str]) -> Message:
    """Return the answer of one cluster, or a line for each of several.

    `again` has by cluster the line that asks there alone.
    """
    telling = found.telling
    if len(telling) == 1:
        return _one(found, telling[0], scene)
    return _several(found, again)


def _one(found: Answered, answer: Answer, scene: Scene) -> Message:
    who = "You" if _is_own(found) else short(found.person.name)
    text = f"{who} {_now(answer)}: {_asked(answer)} on {short(answer.cluster.name)}."
    said = [f"*{text}*", _because(found, answer, scene), _guessed(answer), _other(found, answer)]
    return kit.message(
        text,
        [
            kit.section("\n".join(filter(None, said))),
            *_ways(found, answer, scene),
            *_small(answer, found),
        ],
    )


def _is_own(found: Answered) -> bool:
    """Whether somebody asks for themselves, and not an administrator for them."""
    return found.person.id == found.asked.actor


def _now(answer: Answer) -> str:
    if answer.yes:
        return "can do that now"
    return "cannot do that now" if answer.sure else "perhaps can do that now"


def _asked(answer: Answer) -> str:
    asked = answer.question
    part = f", its {code(asked.subresource)}" if asked.subresource else ""
    what = f"{code(f'{asked.verb} {written(asked)}', NAME)}{part}"
    if asked.path or not answer.namespaced:
        return what
    return f"{what} in {code(asked.namespace) if asked.namespace else 'every namespace'}"


def _because(found: Answered, answer: Answer, scene: Scene) -> str:
    if answer.binding is not None:
        return f"By {_binding(answer.binding)}."
    if answer.lease is not None:
        whose = "your lease" if answer.lease.holder.id == found.asked.actor else "lease"
        return f"By {whose} {_lease(answer.lease, scene)}"
    if answer.sure:
        return f"Nothing that is known binds {code(answer.username, lengths.USERNAME)} to it."
    if answer.unlooked:
        return not_all_known([answer.cluster.name])
    return _may(answer.doubted) if answer.doubted is not None else _doubt(answer.about)


def _may(lease: Lease) -> str:
    """Say what too little is known of: that there is no certain no."""
    another = "was approved for something else than its level is by now"
    unknown = (
        "was taken over when Daypass had lost its memory, and what it was approved for with it"
    )
    why = {
        LeaseState.GRANTING: "is being granted",
        LeaseState.ACTIVE: unknown if lease.adopted else another,
    }.get(lease.state, "is being removed, which the cluster did not confirm yet")
    return f"Lease {code(lease.id)} of {code(lease.level)} may allow that: it {why}."


def _doubt(about: About) -> str:
    kinds = [
        kind for kind in (*BINDINGS, *ROLES) if kind in about.unseen or about.left_out.get(kind)
    ]
    if not kinds:
        return "Something there is too large: a part of it that is not known may allow that."
    return f"Not every {' and '.join(kinds)} there is seen: one that is not may allow that."


def _binding(bound: Bound) -> str:
    one = bound.binding
    subject = f"{bound.subject.kind} {code(apparent(bound.subject.name))}"
    role = code(apparent(one.role_key.replace("/", " ", 1)), lengths.BRIEF)
    where = f"{one.namespace}/{one.name}" if one.namespace else one.name
    return f"{one.kind} {code(apparent(where), NAME)}, which gives {role} to {subject}"


def _lease(lease: Lease, scene: Scene) -> str:
    level = scene.level(lease.level, lease.cluster)
    acts = realisation(level).acts_as(level) if level is not None else None
    flags = f"--as={acts.user} --as-group={acts.group}" if acts is not None else ""
    how = f", with {code(flags, 2 * NAME)}" if flags else ""
    until = f" until {local_time(lease.ends_at)}" if lease.ends_at else ""
    return f"{code(lease.id)} of {code(lease.level)}{until}{how}."


def _guessed(answer: Answer) -> str:
    if not answer.groups:
        return ""
    first, *others = answer.groups
    more = f"; roles there also name {inert(', '.join(others), lengths.BRIEF)}" if others else ""
    return f"Taken to be of the API group {code(first or 'core')}{more}."


def _other(found: Answered, answer: Answer) -> str:
    heard = found.asked.heard_of
    if not heard or heard == answer.username:
        return ""
    return (
        f"That message is about user {code(heard, lengths.USERNAME)}, and this cluster knows you "
        f"as {code(answer.username, lengths.USERNAME)}: the answer is for you. Perhaps it came "
        "from another cluster, or kubectl signs you in as somebody else (`kubectl auth whoami`)."
    )


def _ways(found: Answered, answer: Answer, scene: Scene) -> Iterator[Block]:
    if not answer.ways:
        if not answer.yes:
            yield kit.section(_no_way(found, scene))
        return
    also = "also " if answer.yes else ""
    whose = "" if _is_own(found) else f" The lines are for {short(found.person.name)} to type."
    yield kit.section(f"Levels that would {also}allow it, what gives least first:{whose}")
    said = [
        [kit.section(_way(way, offer, scene, namespace=answer.question.namespace))]
        for way, offer in answer.ways[:_WAYS]
    ]
    yield from _fitting(said, len(answer.ways), "levels")


def _no_way(found: Answered, scene: Scene) -> str:
    if _is_own(found):
        catalog = f"{scene.typed('catalog')} shows them"
        return f"No level that you may ask for there allows it. {catalog}."
    return f"No level that {short(found.person.name)} may ask for there allows it."


def _fitting(said: Sequence[Sequence[Block]], total: int, what: str) -> Iterator[Block]:
    """Yield as many entries as fit whole beside what is said above them; the others are counted."""
    shown = entries(said, _ROOM, LIST_BLOCKS)
    yield from chain.from_iterable(shown)
    if left := and_more(total - len(shown), what):
        yield kit.context(left.strip())


def _way(way: Way, offer: Offer, scene: Scene, *, namespace: str) -> str:
    where = place(way.scope, "its catalog entry names all", lengths.PLACES)
    size = f"{counted(way.size, 'permission')}{' and more' if way.more else ''}"
    may = "" if way.sure else "may allow it · "
    only = "only there · " if way.partly else ""
    why = " ".join(sentence(reason, lengths.BRIEF) for reason in offer.why[:1])
    said = f"{code(way.level.name)} {where}: {may}{only}{size} · {state_of(offer)}"
    fixed = way.level.namespaces or way.level.choose
    line = ask_line(offer, scene, namespace if fixed else "")
    return "\n".join(filter(None, (said, why, line)))


def _small(answer: Answer, found: Answered) -> Iterator[Block]:
    said = [age(answer.about, current=answer.current)]
    said += [_GROUPS] if not answer.yes else []
    if any(said):
        yield kit.context(*filter(None, said))
    yield from _unknown(found)


def _several(found: Answered, again: Mapping[str, str]) -> Message:
    telling = found.telling
    text = f"{_asked(telling[0])}: on which cluster?"
    said = [[_of(answer, again[answer.cluster.name])] for answer in telling[:_CLUSTERS]]
    fitting = _fitting(said, len(telling), "clusters")
    return kit.message(text, [kit.section(text), *fitting, *_unknown(found)])


def _unknown(found: Answered) -> Iterator[Block]:
    if found.unknown:
        yield kit.context(f"Nothing is known of {brief(', '.join(found.unknown))}")


def _of(answer: Answer, line: str) -> Block:
    smallest = f"; {code(answer.ways[0][0].level.name)} would allow it" if answer.ways else ""
    now = "yes, now" if answer.yes else "not now" if answer.sure else "perhaps"
    said = f"{short(answer.cluster.name)}: {now}{smallest}"
    return kit.section(f"{said}\n{code_block(line)}" if fits(line) else said)
