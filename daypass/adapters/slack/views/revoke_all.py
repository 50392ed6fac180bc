"""The modal that asks before everything ends, and what is said of that, of freezes and thaws."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from daypass.adapters.slack import actions as act
from daypass.adapters.slack import blocks as kit
from daypass.adapters.slack.blocks import Block, Message, View
from daypass.adapters.slack.text import code, inert, mention
from daypass.adapters.slack.views.scene import STREAMS, Scene
from daypass.adapters.slack.views.words import ENDING, ends_later, not_all_known
from daypass.domain.catalog import MAX_REASON
from daypass.domain.epoch import Freeze
from daypass.domain.ids import PersonId
from daypass.domain.listing import and_more, few
from daypass.domain.request import Request
from daypass.usecases.incident.revoke_all import Affected, AllRevoked, Reach

FREEZE: Final = "freeze"
"""The value of the box that freezes, too."""
_NAMED: Final = 10
"""Leases named one by one; the others are counted."""
_TOLD: Final = "Each request's thread says when the cluster confirms that it is gone."
_THREADLESS: Final = "there is no thread, for Daypass lost its memory: `who` says what is left"
_MISSED: Final = "could not be ended, or changed meanwhile: do it again."


def revoke_all_view(found: Affected, reach: Reach, why: str) -> View:
    """Return the modal that says what will end and wants the phrase typed; `why` is filled in."""
    return {
        "type": "modal",
        "callback_id": act.REVOKE_ALL_VIEW,
        "private_metadata": written(reach),
        "title": kit.plain_text("End all of this?", 24),
        "submit": kit.plain_text("End all of it", 24),
        "close": kit.plain_text("Go back", 24),
        "blocks": list(_asking(found, reach, why)),
    }


def written(reach: Reach) -> str:
    """Write a reach as the modal carries it; `read_reach` reads it."""
    if reach.cluster:
        return f"cluster:{reach.cluster}"
    return f"person:{reach.person}" if reach.person else ""


def read_reach(text: str) -> Reach:
    """Read what `written` wrote."""
    kind, _, name = text.partition(":")
    return Reach(cluster=name if kind == "cluster" else "", person=name if kind == "person" else "")


def _asking(found: Affected, reach: Reach, why: str) -> Iterator[Block]:
    count = len(found.standing)
    end = "ends" if count == 1 else "end"
    yield kit.section(f"{_everything(reach)}: *{_leases(count)}* {end} {_when(found)}.")
    yield kit.section(_per_cluster(found))
    yield from map(kit.section, _not_all(found))
    yield kit.context(*_besides(len(found.leaving), found.waiting), STREAMS)
    yield kit.line_input(
        act.REVOKE_ALL_PHRASE_BLOCK,
        act.REVOKE_ALL_INPUT,
        label=f"Type “{act.PHRASE}”",
        hint="Nobody gets back what is ended here; they have to ask anew.",
    )
    reason = kit.text_input(
        act.REVOKE_ALL_REASON_BLOCK,
        act.REVOKE_ALL_INPUT,
        label="Why?",
        hint="Everybody whose access ends reads it; it is kept in the audit trail.",
        most=MAX_REASON,
    )
    yield kit.optional(reason, why)
    if not reach.person:
        where = f" on {reach.cluster}" if reach.cluster else ""
        box = (f"Freeze: grant nothing new{where} until somebody thaws it", FREEZE)
        yield kit.tick_input(
            act.REVOKE_ALL_FREEZE_BLOCK, act.REVOKE_ALL_INPUT, label="And then?", options=[box]
        )


def _when(found: Affected) -> str:
    return "at once, or as soon as the cluster answers" if found.silent else "at once"


def _everything(reach: Reach) -> str:
    if reach.cluster:
        return f"Everything on {code(reach.cluster)}"
    if reach.person:
        return f"Everything of {mention(PersonId(reach.person))}"
    return "Everything of everybody, on every cluster"


def _per_cluster(found: Affected) -> str:
    counted = Counter(lease.cluster for lease in found.standing).most_common()
    named, rest = counted[:_NAMED], counted[_NAMED:]
    people = len({lease.holder.id for lease in found.standing})
    of = "1 person" if people == 1 else f"{people} people"
    more = and_more(len(rest), "with " + f"{sum(count for _, count in rest):,}")
    return ", ".join(f"{code(name)} {count}" for name, count in named) + f"{more}; of {of}"


def _besides(leaving: int, waiting: Sequence[Request]) -> Iterator[str]:
    if leaving:
        yield f"{_leases(leaving)} being removed already"
    if waiting:
        yield f"{_requests(len(waiting))} left: freeze, or deny, so that nothing comes of it"


def _unlooked(clusters: Sequence[str]) -> Iterator[str]:
    """Say where more may be there than could be ended (law 4)."""
    if clusters:
        yield f"{not_all_known(clusters)} Do it again in a moment."


def _not_all(found: Affected | AllRevoked) -> Iterator[str]:
    """Say of what is there for longer, and where more may be there than is ended."""
    yield from [ends_later(found.silent)] if found.silent else []
    yield from _unlooked(found.unlooked)
    yield from _unread(found.unread)


def _unread(names: Sequence[str]) -> Iterator[str]:
    """Say what could not be read, and what becomes of it: nobody ends it in the store."""
    if names:
        listed = few([code(name) for name in names], _NAMED)
        yield (
            f"⚠️ {_leases(len(names))} cannot be read, so whose is not known: {listed}. What they "
            "gave is removed when Daypass next compares the cluster, within fifteen minutes while "
            "it answers."
        )


def _told(taken_over: Sequence[str], count: int) -> str:
    """Say where it is told that it is gone, of `count` leases; some may have no thread."""
    if not taken_over:
        return _TOLD
    names = few([code(name) for name in taken_over], _NAMED)
    threadless = f"Of {names} {_THREADLESS}."
    return threadless if len(taken_over) == count else f"{_TOLD} {threadless}"


def nothing(found: Affected, reach: Reach, scene: Scene) -> Message:
    """Say that there is nothing to end; what is on its way out may be there still (law 4)."""
    typed = scene.typed("freeze", "because", "…")
    more = bool(found.unlooked or found.unread)
    there = "nothing is left to end" if more else "nothing is granted there"
    if found.leaving:
        leaving = _leases(len(found.leaving))
        told = _told([one.id for one in found.leaving if one.adopted], len(found.leaving))
        there = f"nothing is left to end, but {leaving} being removed may still be there. {told}"
    left = [_left(found.waiting, scene)] if found.waiting else []
    said = f"{_everything(reach)}: {there.rstrip('.')}. {typed} stops new grants."
    return _plain("\n".join([said, *_not_all(found), *left]))


def all_revoked(done: AllRevoked, freeze: Freeze | None, scene: Scene) -> Message:
    """Return what is said when all was ended; `freeze` is what was frozen with it."""
    on = "1 cluster" if len(done.clusters) == 1 else f"{len(done.clusters)} clusters"
    told = _told(done.taken_over, len(done.ended) + len(done.leaving) + len(done.missed))
    lines = [
        f"{ENDING}: {_leases(len(done.ended))} on {on}. {told}",
        *([f"{_leases(len(done.leaving))} being removed already."] if done.leaving else []),
        *([f"{_leases(len(done.missed))} {_MISSED}"] if done.missed else []),
        *_not_all(done),
        *([_left(done.waiting, scene)] if done.waiting else []),
        *([_where(freeze, scene)] if freeze is not None else []),
    ]
    return _plain("\n".join(lines))


def _left(waiting: Sequence[Request], scene: Scene) -> str:
    names = few([code(one.id) for one in waiting], _NAMED)
    deny = scene.typed("deny", "ID", "because", "…")
    return f"Still waiting for an answer: {names}. A freeze stops them, {deny} ends them."


def frozen(freeze: Freeze, scene: Scene) -> Message:
    """Return the answer to a freeze."""
    return _plain(_where(freeze, scene))


def thawed(left: Freeze, scene: Scene) -> Message:
    """Return the answer to a thaw; `left` is what is frozen still."""
    if left.clusters:
        return _plain(f"Thawed. {_where(left, scene)}")
    return _plain("Thawed: access is granted again everywhere.")


def _where(freeze: Freeze, scene: Scene) -> str:
    names = [code(name) for name in sorted(freeze.clusters)]
    where = "any cluster" if freeze.everywhere else few(names, _NAMED)
    why = f" ({inert(freeze.why.rstrip('. '))})" if freeze.why else ""
    return (
        f"❄️ Frozen: nothing new is granted on {where}{why}. What is granted stays until its end. "
        f"{scene.typed('thaw')} lifts it."
    )


def _leases(count: int) -> str:
    return "1 lease" if count == 1 else f"{count:,} leases"


def _requests(count: int) -> str:
    return "1 request waits and is" if count == 1 else f"{count:,} requests wait and are"


def _plain(text: str) -> Message:
    return kit.message(text, [kit.section(text)])
