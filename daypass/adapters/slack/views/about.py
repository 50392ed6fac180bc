"""Answers to `whoami` and `help`."""

from daypass.adapters.slack import blocks as kit
from daypass.adapters.slack.blocks import Message
from daypass.adapters.slack.text import code, code_block, inert, packed
from daypass.adapters.slack.views.scene import STREAMS, Scene
from daypass.usecases.requests.browse import Whoami

_KNOWN_AS = "Clusters know you as (`kubectl auth whoami` has to say the same, letter by letter)"


def whoami(found: Whoami) -> Message:
    """Return who one is to Daypass and to every cluster."""
    person = found.person
    teams = inert(", ".join(sorted(person.teams)), 1_000) or "none"
    names = [f"• {inert(c, 80)}: {code(name, 300)}" for c, name in found.usernames.items()]
    known = [*names[:20], *([f"{len(names) - 20} more"] if names[20:] else [])] or ["on no cluster"]
    text = f"You are {inert(person.name, 80)} ({inert(person.email, 200)})."
    admin = " You administrate Daypass." if found.admin else ""
    return kit.message(
        text,
        [
            kit.section(f"{text}{admin}\nTeams: {teams}"),
            *map(kit.section, packed([_KNOWN_AS, *known], "\n", 2_900)),
        ],
    )


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
    "to CLUSTER --k8sGroup=ONE --k8sGroup=OTHER --namespace NAME …   several levels, a namespace",
    "catalog [WORD…]          what you may ask for, with the line that asks for it",
    "requests                 your requests, and those that wait for your answer",
    "status [ID]              how a request stands",
    "leases                   what you hold now, and how to use it",
    "extend [ID] [30m]        keep it longer; past what the rules give at once, people are asked",
    "shorten [ID] 30m         take that much off its end",
    "release [ID]             give back what you hold, before its end",
    "cancel [ID]              withdraw a request",
    "approve [ID] [--duration 30m]   say yes, perhaps for less time",
    'deny [ID] --reason "…"   say no, and why',
    'revoke ID --reason "…"   end what somebody else holds',
    "revoke all [on CLUSTER|of @PERSON]   administrators: end all of it, after a question",
    "freeze [CLUSTER…] because …, thaw [CLUSTER…]   administrators: stop new grants, and go on",
    "whoami                   who you are to every cluster",
    "help                     this",
)
