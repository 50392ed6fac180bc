"""Answers to `discover`: what is on a cluster, and the rules of one role."""

from collections.abc import Iterator, Sequence
from typing import Final

from daypass.adapters.slack import actions as act
from daypass.adapters.slack import blocks as kit
from daypass.adapters.slack.blocks import Block, Message
from daypass.adapters.slack.seeing import apparent
from daypass.adapters.slack.text import code, inert, short
from daypass.adapters.slack.views.pictured import (
    NAME,
    PAGE,
    around,
    further,
    labelled,
    named,
    risky,
)
from daypass.adapters.slack.views.pictured import counted as many
from daypass.adapters.slack.views.scene import Scene
from daypass.domain.listing import and_more
from daypass.domain.picture import BINDINGS, ROLES, Entry
from daypass.domain.rbac.risk import risks
from daypass.domain.rbac.rules import PolicyRule
from daypass.domain.rbac.telling import own_first
from daypass.domain.search import Thing, counted, page
from daypass.usecases.requests.discover import Discovered

RULES: Final = 15
"""Rules on one page, each of at most six hundred characters."""
_BOUND: Final = 4
"""Bindings of one subject, or subjects of one binding, that are named."""
_IN_A_LIST: Final = 60
"""Characters of a name among others; the thing itself is found by a part of it."""
_WORDS: Final = 140
"""Verbs, resources, names or paths of one rule."""
_VALUE: Final = 2_000
"""Characters that Slack takes in a button."""


def discovered(found: Discovered, scene: Scene, more: str) -> Message:
    """Return what was found; `more` is the line that shows the next page."""
    if found.role is not None:
        return _rules(found, found.role, more)
    cluster = short(found.view.cluster.name)
    if not found.things:
        text = f"Nothing that you may see on {cluster} fits."
        return kit.message(text, [kit.section(text), *around(found.view)])
    if found.asked.anything:
        return _overview(found, scene)
    text = f"{many(len(found.things), 'thing')} on {cluster}"
    here = page(len(found.things), found.asked.page, PAGE)
    shown = found.things[here.start : here.end]
    blocks = [_shown(thing, found.view.cluster.name) for thing in shown]
    where = f", page {here.number} of {here.last}" if here.last > 1 else ""
    return kit.message(
        f"{text}.",
        [kit.section(f"*{text}*{where}"), *blocks, *further(here, more), *around(found.view)],
    )


def _overview(found: Discovered, scene: Scene) -> Message:
    """Say how many there are of each kind, and how to go on."""
    cluster = found.view.cluster.name
    counts = [many(count, kind) for kind, count in counted(found.things).items()]
    text = f"On {short(cluster)}: {', '.join(counts)}."
    ways = (
        scene.typed("discover", cluster, "WORD"),
        scene.typed("discover", cluster, "--kind", "clusterrole"),
        scene.typed("discover", cluster, "--namespace", "NAME"),
        scene.typed("who", cluster),
    )
    return kit.message(
        text, [kit.section(text), kit.section(f"Go on: {', '.join(ways)}"), *around(found.view)]
    )


def _shown(thing: Thing, cluster: str) -> Block:
    said = [f"{thing.kind} {code(named(thing), NAME)}", *filter(None, _told(thing))]
    entry = thing.entry
    button = rules_button(cluster, entry) if entry is not None and entry.kind in ROLES else None
    return kit.section("\n".join(said), button)


def _told(thing: Thing) -> Iterator[str]:
    if thing.bindings:
        yield bound(thing)
    if thing.lacking:
        yield f"⚠️ {_lacking(thing)}: whoever may make it gives what it then allows"
    if (entry := thing.entry) is None:
        return
    if entry.kind in BINDINGS:
        yield _binding(entry)
    if entry.kind in ROLES:
        yield _role(entry)
    yield labelled("labels", entry.labels)
    yield labelled("annotations", entry.annotations)


def _lacking(thing: Thing) -> str:
    """Name roles that are given and are not there, as `RoleBinding` and such may do."""
    keys = sorted(thing.lacking)
    named_ = ", ".join(
        code(apparent(key.replace("/", " ", 1)), _IN_A_LIST) for key in keys[:_BOUND]
    )
    return f"there is no {named_}{and_more(len(keys) - _BOUND)}"


def bound(thing: Thing) -> str:
    """Say what a subject is bound to, and where."""
    said = [_gives(one) for one in thing.bindings[:_BOUND]]
    return "; ".join(said) + and_more(len(thing.bindings) + thing.more - _BOUND)


def _gives(binding: Entry) -> str:
    where = f"in {code(binding.namespace, _IN_A_LIST)}" if binding.namespace else "cluster-wide"
    return f"{_role_of(binding)} {where} by {inert(apparent(binding.name), _IN_A_LIST)}"


def _role_of(binding: Entry) -> str:
    if binding.role is None:
        return "nothing"
    return code(apparent(str(binding.role)), _IN_A_LIST)


def _binding(entry: Entry) -> str:
    whom = ", ".join(
        f"{inert(one.kind, 20)} {code(apparent(one.name), _IN_A_LIST)}"
        for one in entry.subjects[:_BOUND]
    )
    left = and_more(len(entry.subjects) + entry.left_out - _BOUND)
    return f"gives {_role_of(entry)} to {whom or 'nobody'}{left}"


def _role(entry: Entry) -> str:
    said = many(len(entry.rules), "rule")
    if entry.left_out:
        said += f", and {entry.left_out:,} that were too many to be kept and may lead further"
    if entry.aggregated:
        said += ", gathered from other roles"
    return " · ".join(filter(None, (said, risky(risks(entry.rules)))))


def rules_button(cluster: str, role: Entry) -> Block | None:
    """Return the button that shows a role's rules: it carries the cluster and the role's key."""
    value = f"{cluster} {role.key}"
    return kit.button(act.RULES, "Rules", value) if len(value) <= _VALUE else None


def _rules(found: Discovered, role: Entry, more: str) -> Message:
    here = page(len(role.rules), found.asked.page, RULES)
    shown = [f"• {rule_said(rule)}" for rule in role.rules[here.start : here.end]]
    name = apparent(role.key.partition("/")[2])
    text = f"{role.kind} {code(name, NAME)} on {short(found.view.cluster.name)}"
    head = [f"*{text}*", _role(role), labelled("labels", role.labels)]
    head += [labelled("annotations", role.annotations)]
    return kit.message(
        text,
        [
            kit.section("\n".join(filter(None, head))),
            *map(kit.section, shown),
            *further(here, more),
            *around(found.view),
        ],
    )


def rule_said(rule: PolicyRule) -> str:
    """Put a rule into words, as `kubectl describe` has its columns."""
    verbs = _words(own_first(rule.verbs))
    if rule.non_resource_urls:
        return f"{verbs} on {_words(rule.non_resource_urls)}"
    groups = ", ".join(group or "core" for group in rule.api_groups)
    named_ = f", only {_words(rule.resource_names)}" if rule.resource_names else ""
    return f"{verbs} on {_words(rule.resources)} ({inert(groups, _WORDS)}){named_}"


def _words(words: Sequence[str]) -> str:
    """Name the first of them; no more is looked at than shows, with something to cut."""
    return code(apparent(", ".join(words)[: 2 * _WORDS]) or "nothing", _WORDS)
