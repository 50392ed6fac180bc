"""What one person may ask for, per cluster, each level with the line that asks for it."""

from collections.abc import Iterator, Sequence
from itertools import chain, groupby
from typing import Final, assert_never

from daypass.adapters.slack import blocks as kit
from daypass.adapters.slack.blocks import Block, Message
from daypass.adapters.slack.text import code, code_block, cut, inert, local_time, packed, short
from daypass.adapters.slack.views import lengths
from daypass.adapters.slack.views.adding import adds
from daypass.adapters.slack.views.detail import LIST_BLOCKS, LIST_TEXT, entries
from daypass.adapters.slack.views.leading import can
from daypass.adapters.slack.views.refusal import sentence
from daypass.adapters.slack.views.scene import Scene
from daypass.adapters.slack.views.wanted import PARAGRAPH, place
from daypass.domain.catalog import named
from daypass.domain.duration import write_duration
from daypass.domain.listing import and_more, few
from daypass.domain.rbac.gain import Gained
from daypass.domain.reasons import either
from daypass.domain.scope import Scope
from daypass.usecases.requests.offering import Offer, OfferState

_MOST: Final = 20
"""Levels in one answer: two blocks each, and Slack takes 50."""
_NAMED: Final = 10
"""Clusters in the sentence that is heard; the others are counted."""
_NAMED_ELSEWHERE: Final = 3
"""Namespaces, and requests, of a level that is there already; “leases” lists all."""
_REASONS: Final = 2
"""Why an offer is unavailable: more are counted, and the ask itself says all."""
_ADDS: Final = 600
"""What one offer adds: as much as is left beside it."""
_SIGNS: Final = {
    OfferState.AVAILABLE: "🔑 *Available*",
    OfferState.PENDING: "⏳ *Pending*",
    OfferState.GRANTED: "✅ *Granted*",
    OfferState.UNAVAILABLE: "⚠️ *Unavailable*",
}


def catalog(offers: Sequence[Offer], scene: Scene, gained: Gained | None = None) -> Message:
    """Return the list; what does not fit is counted, with the way to narrow it.

    `gained` is what a single offer adds, where that is known.
    """
    if not offers:
        return _nothing(scene)
    clusters = list(dict.fromkeys(offer.cluster.name for offer in offers))
    levels = "1 level" if len(offers) == 1 else f"{len(offers)} levels"
    named = f"{offers[0].cluster.name} {offers[0].level.name}"
    more = [adds(gained, named, _ADDS)] if gained is not None else []
    blocks = (*_blocks(offers, scene), *more)
    return kit.message(f"You may ask for {levels} on {_where(clusters)}.", blocks)


def _where(clusters: Sequence[str]) -> str:
    left = len(clusters) - _NAMED
    return either([*map(short, clusters[:_NAMED]), *([f"{left} more"] if left > 0 else [])], "and")


def _nothing(scene: Scene) -> Message:
    text = (
        "Nothing in the catalog fits, or no workflow lets you ask for it. "
        f"{scene.typed('catalog')} shows everything that you may ask for."
    )
    return kit.message(text, [kit.section(text)])


def _blocks(offers: Sequence[Offer], scene: Scene) -> Iterator[Block]:
    room = LIST_TEXT // min(len(offers), _MOST)
    described = [_offered(offer, scene, room) for offer in offers[:_MOST]]
    shown = offers[: len(entries(described, LIST_TEXT, LIST_BLOCKS))]
    for cluster, listed in groupby(shown, key=lambda offer: offer.cluster.name):
        yield kit.header(f"Cluster {cluster}")
        yield from chain.from_iterable(_offered(offer, scene, room) for offer in listed)
    left = len(offers) - len(shown)
    if left:
        yield kit.context(f"{left} more; narrow it: {scene.typed('catalog', 'WORD')}")


def _offered(offer: Offer, scene: Scene, room: int) -> Sequence[Block]:
    """Say what is offered, its places whole where few offers leave room for that."""
    names = min(max(room - lengths.REST_OF_OFFER, lengths.BRIEF), lengths.MANY_PLACES)
    said = f"{state_of(offer)} · {_described(offer, scene, names)}"
    parts = (said, *_elsewhere(offer, scene), ask_line(offer, scene))
    return [*map(kit.section, packed(parts, "\n", PARAGRAPH))]


def _elsewhere(offer: Offer, scene: Scene) -> Iterator[str]:
    """Say where a level is there already that may be asked for elsewhere."""
    if offer.state in (OfferState.GRANTED, OfferState.PENDING):
        return
    if offer.there:
        see = few([scene.typed("status", one) for one in offer.requests], _NAMED_ELSEWHERE)
        names = few([inert(name, lengths.LABEL) for name in sorted(offer.there)], _NAMED_ELSEWHERE)
        yield f"You have it, or wait for it, in {names} already: {see}"
    if offer.state is OfferState.AVAILABLE:
        yield from (sentence(one) for one in offer.taken[:_REASONS])


def state_of(offer: Offer) -> str:
    """Say what an offer is to the person who looks."""
    match offer.state:
        case OfferState.GRANTED if offer.until:
            return f"{_SIGNS[offer.state]} until {local_time(offer.until)}"
        case OfferState.GRANTED:
            return "🔄 *Granting*"
        case OfferState.PENDING | OfferState.AVAILABLE | OfferState.UNAVAILABLE:
            return _SIGNS[offer.state]
        case _:
            assert_never(offer.state)


def _described(offer: Offer, scene: Scene, names: int) -> str:
    flow = offer.workflow
    who = f"approved by {_approvers(offer)}" if flow.steps else "granted at once"
    how_long = (
        f"{write_duration(flow.default_duration)}, at most {write_duration(flow.max_duration)}"
    )
    why = " ".join(sentence(reason, lengths.BRIEF) for reason in offer.why[:_REASONS])
    why += and_more(len(offer.why) - _REASONS, "reasons")
    summary = inert(offer.level.summary, lengths.SENTENCE)
    said = f"{code(offer.level.name)} {_place(offer, scene, names)}: {summary}"
    leads = f"\n⚠️ Whoever has it {can(offer.risks)}." if offer.risks else ""
    meant = " · the default: `--k8sGroup` may be left out" if offer.default else ""
    return f"{said}\n{how_long} · {who}{meant}{leads}" + (f"\n{why}" if why else "")


def _approvers(offer: Offer) -> str:
    """Say who could say yes: of several steps one after the other, for nobody stands in for all."""
    steps = offer.workflow.steps
    described = dict(zip(named(steps), offer.approvers, strict=True))
    room = lengths.BRIEF // len(steps)
    said = (
        (f"{step.count} people of " if step.count > 1 else "")
        + inert(", ".join(described[one] for one in step.by), room)
        for step in steps
    )
    return cut(", then by ".join(said), lengths.SENTENCE)


def _place(offer: Offer, scene: Scene, limit: int) -> str:
    level = offer.level
    where = f"{scene.typed('catalog', offer.cluster.name, level.name)} names all"
    if not level.choose:
        return place(Scope(namespaces=level.namespaces), where, limit)
    globs = ", ".join(level.choose)
    listed = code(globs, limit) if len(globs) < limit else f"{len(level.choose)} globs; {where}"
    return f"in a namespace of your choice ({listed})"


def ask_line(offer: Offer, scene: Scene, namespace: str = "") -> str:
    """Say what to type next: the line that asks, for that namespace, or what is there already."""
    if offer.state in (OfferState.PENDING, OfferState.GRANTED) and offer.request:
        return f"See {scene.typed('status', offer.request)}"
    if offer.state is OfferState.UNAVAILABLE:
        return "It can be asked for as soon as that is no longer so."
    return code_block(offer_line(offer, scene, namespace))


def _example(offer: Offer) -> str:
    """Return a namespace that can be named and asked for; a glob is none."""
    names = (*offer.level.choose, *offer.level.namespaces)
    plain = (name for name in names if not set(name) & set("*?["))
    return next((name for name in plain if name not in offer.busy), "NAMESPACE")


def offer_line(offer: Offer, scene: Scene, namespace: str = "") -> str:
    """Return the command that asks for an offer, in that namespace if it is given."""
    level, flow = offer.level, offer.workflow
    pick = level.choose or offer.narrow or offer.busy
    picked = namespace or (_example(offer) if pick else "")
    where = [f"--namespace {picked}"] if picked else []
    length = min(flow.default_duration, flow.max_duration)
    words = [scene.command, "to", offer.cluster.name, f"--k8sGroup={level.name}", *where]
    reason = ['--reason "why you need it"'] if flow.reason_required else []
    return " ".join([*words, f"--duration {write_duration(length)}", *reason])
