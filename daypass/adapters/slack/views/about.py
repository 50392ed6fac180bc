"""Answers to `whoami` and `help`."""

from typing import Final

from daypass.adapters.slack import blocks as kit
from daypass.adapters.slack.blocks import Message
from daypass.adapters.slack.text import code, code_block, inert, packed, short
from daypass.adapters.slack.views import lengths
from daypass.adapters.slack.views.scene import STREAMS, Scene
from daypass.adapters.slack.views.wanted import PARAGRAPH
from daypass.usecases.requests.browse import Name, Whoami

_MOST: Final = 20
"""Clusters that are named; who is on more has one name on them, mostly."""
_KNOWN_AS = "Clusters know you as (`kubectl auth whoami` has to say the same, letter by letter)"

_GROUPS = (
    "In which groups you are there only the cluster knows, by how you sign in: "
    "`kubectl auth whoami` shows them, with every word of your name."
)


def whoami(found: Whoami, scene: Scene) -> Message:
    """Return who one is to Daypass and to every cluster."""
    person = found.person
    teams = inert(", ".join(sorted(person.teams)), lengths.TEAMS) or "none"
    names = [f"• {_known_as(name)}" for name in found.names]
    known = [*names[:_MOST], *([f"{len(names) - _MOST} more"] if names[_MOST:] else [])] or [
        "on no cluster"
    ]
    text = f"You are {short(person.name)} ({inert(person.email, lengths.OWN_EMAIL)})."
    admin = " You administrate Daypass." if found.admin else ""
    return kit.message(
        text,
        [
            kit.section(f"{text}{admin}\nTeams: {teams}"),
            *map(kit.section, packed([_KNOWN_AS, *known], "\n", PARAGRAPH)),
            kit.context(_GROUPS, f"To compare: {scene.typed('whoami --check CLUSTER')}"),
        ],
    )


def _known_as(name: Name) -> str:
    """Say what a cluster calls one, where that comes from, and whether it is bound there."""
    how = code(name.template, lengths.BRIEF)
    source = f"written down for you as {how}" if name.own else f"made of {how}"
    bound = ""
    if name.bound is not None:
        bound = f"; standing bindings that name it: {name.bound:,}"
    return f"{short(name.cluster)}: {code(name.username, lengths.USERNAME)}, {source}{bound}"


def usage(scene: Scene) -> Message:
    """Return what can be typed."""
    text = f"{scene.command} gives you access to Kubernetes for a while, under your own name."
    return kit.message(
        text,
        [
            kit.section(text),
            kit.section(code_block(*(f"{scene.command} {line}" for line in _COMMANDS))),
            kit.context(
                "An id may be left out where only one thing fits. Durations: 90m, 1h30m, 2 hours.",
                STREAMS,
            ),
        ],
    )


_COMMANDS = (
    'to CLUSTER --k8sGroup=LEVEL --duration 1h --reason "INC-42"   ask for access',
    "to CLUSTER …             the default level there, if the catalog shows one",
    "to CLUSTER --k8sGroup=ONE --k8sGroup=OTHER --namespace NAME …   several levels, a namespace",
    "catalog [WORD…]          what you may ask for, with the line that asks for it",
    "requests                 your requests, and those that wait for your answer",
    "status [ID]              how a request stands",
    "leases                   what you hold now, and how to use it",
    "discover CLUSTER [WORD…] [--kind …] [--namespace …]   roles, who is bound to them, namespaces",
    "who CLUSTER [NAMESPACE…]   who can act there now",
    "can-i VERB RESOURCE[/NAME] [-n NAMESPACE] [--on CLUSTER]   or paste what Kubernetes refused",
    "details ID, details CLUSTER LEVEL   what that would add to what one can do there already",
    "extend [ID] [30m]        keep it longer; past what the rules give at once, people are asked",
    "shorten [ID] 30m         take that much off its end",
    "release [ID]             give back what you hold, before its end",
    "cancel [ID]              withdraw a request",
    "approve ID [--duration 30m]   say yes, perhaps for less time",
    'deny [ID] --reason "…"   say no, and why',
    'revoke ID --reason "…"   end what somebody else holds',
    "revoke all [on CLUSTER|of @PERSON]   administrators: end all of it, after a question",
    "freeze [CLUSTER…] because …, thaw [CLUSTER…]   administrators: stop new grants, and go on",
    "whoami                   who you are to every cluster",
    "whoami --check CLUSTER …   whether that is what kubectl auth whoami prints, pasted behind it",
    "help                     this",
)
