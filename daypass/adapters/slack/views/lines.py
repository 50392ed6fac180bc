"""Lines that people copy: kubectl for what was granted, the command that asks (again)."""

import shlex
from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from daypass.adapters.slack.seeing import visible
from daypass.adapters.slack.views.scene import Scene
from daypass.domain.adoption import TAKEN_OVER
from daypass.domain.deliveries import ActsAs, realisation
from daypass.domain.duration import write_duration
from daypass.domain.lease import Lease
from daypass.domain.quotes import inside_quotes
from daypass.domain.request import Ask
from daypass.domain.review import Question
from daypass.domain.secrets import secret_in

_REASON: Final = 200
"""Characters of a reason in a line to copy; it is said in full elsewhere."""
_NAMESPACES: Final = 5
"""Others that are named beside the one of the line to try; more are counted."""


def kubectl_lines(lease: Lease, scene: Scene) -> tuple[str, ...]:
    """Return lines that use a lease: one that the cluster proved, and one that lists all.

    What comes from outside is quoted in comments, too: a shell may run those that are pasted.
    """
    kubectl = f"kubectl{_context(lease, scene)}{_impersonation(lease, scene)}"
    place = f" -n {shlex.quote(lease.scope.namespaces[0])}" if lease.scope.namespaces else ""
    example = () if _acts_as(lease, scene) else _example(lease, kubectl, place)
    if any(map(secret_in, example)):
        example = ()  # With what is hidden in it, it would be another line.
    return (*_notes(lease, scene), *example, f"{kubectl}{place} auth can-i --list")


def _example(lease: Lease, kubectl: str, place: str) -> tuple[str, ...]:
    """Return a line that works, for it needs no more than the right that was proven.

    What reads is run as it is; for what changes something the line only asks the cluster.
    """
    if not lease.proof or not lease.proof[0].plain:
        return ()
    asked = lease.proof[0]
    inside = kubectl if asked.path else f"{kubectl}{place}"
    everywhere = "" if asked.path or asked.name or place else " -A"
    if asked.verb == "list" and not asked.subresource and asked.resource != "*":
        return (f"{inside} get {shlex.quote(_resource(asked))}{everywhere}",)
    if asked.verb == "get" and asked.name and not asked.subresource:
        what = f"{shlex.quote(_resource(asked))} {shlex.quote(asked.name)}"
        return (f"{inside} get {what} --ignore-not-found",)
    right = f"{asked.verb} {asked.path or _named(asked)}"
    part = f" --subresource={shlex.quote(asked.subresource)}" if asked.subresource else ""
    what = " ".join(map(shlex.quote, right.split(" ")))
    of_what = f", its {asked.subresource}" if asked.subresource else ""
    note = f"# allows: {right}{of_what}; the next line asks the cluster and changes nothing"
    return (note, f"{inside} auth can-i {what}{part}{everywhere}")


def _resource(asked: Question) -> str:
    return f"{asked.resource}.{asked.group}" if asked.group else asked.resource


def _named(asked: Question) -> str:
    return f"{_resource(asked)}/{asked.name}" if asked.name else _resource(asked)


def _acts_as(lease: Lease, scene: Scene) -> ActsAs | None:
    level = scene.level(lease.level, lease.cluster)
    return realisation(level).acts_as(level) if level is not None else None


def _context(lease: Lease, scene: Scene) -> str:
    cluster = scene.catalog.clusters.get(lease.cluster)
    context = cluster.context_of(lease.holder) if cluster else ""
    return f" --context {shlex.quote(context)}" if context else ""


def _impersonation(lease: Lease, scene: Scene) -> str:
    if (acts_as := _acts_as(lease, scene)) is None:
        return ""
    return f" --as={shlex.quote(acts_as.user)} --as-group={shlex.quote(acts_as.group)}"


def _notes(lease: Lease, scene: Scene) -> Iterable[str]:
    if not _context(lease, scene):
        yield f"# with your context of cluster {shlex.quote(lease.cluster)}"
    if (acts_as := _acts_as(lease, scene)) is not None:
        group = shlex.quote(acts_as.group)
        yield f"# acts as group {group}: allows what the cluster gives that group"
    others = lease.scope.namespaces[1:]
    if others:
        named = ", ".join(map(shlex.quote, others))
        more = f"{len(others)} more: {scene.command} status {lease.request} names all"
        yield f"# likewise in {named if len(others) <= _NAMESPACES else more}"


def ask_line(ask: Ask, scene: Scene, duration: timedelta | None = None) -> str:
    """Return the command that asks for `ask`; words that are missing stand as placeholders."""
    levels = [f"--k8sGroup={_word(level)}" for level in ask.levels] or ["--k8sGroup=LEVEL"]
    places = [f"--namespace {_word(namespace)}" for namespace in ask.namespaces]
    wanted = ask.duration or duration
    length = [f"--duration {write_duration(wanted)}"] if wanted else []
    words = [scene.command, "to", _word(ask.cluster) or "CLUSTER", *levels, *places, *length]
    return " ".join([*words, f'--reason "{_reason(ask.reason)}"'])


def again_line(lease: Lease, ask: Ask, scene: Scene) -> str:
    """Return the command that asks for what a lease gave, once more.

    Of one that was taken over nobody knows which places were named, and why.
    """
    level = scene.level(lease.level, lease.cluster)
    named = lease.adopted or (level is not None and level.choose)
    chosen = lease.scope.namespaces if named else ()
    once_more = Ask(
        requester=ask.requester,
        cluster=lease.cluster,
        levels=(lease.level,),
        namespaces=chosen or ask.namespaces,
        duration=ask.duration or lease.duration,
        reason="" if ask.reason == TAKEN_OVER else ask.reason,
    )
    return ask_line(once_more, scene)


def _word(text: str) -> str:
    """Keep a word one word of the command line."""
    return f'"{text}"' if any(c.isspace() for c in text) else text


def _reason(text: str) -> str:
    line = " ".join(visible(text).split())
    line = f"{line[: _REASON - 1]}…" if len(line) > _REASON else line
    return inside_quotes(line) or "why you need it"
