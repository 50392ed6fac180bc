"""Answers to `whoami --check`: how two names differ, and what an administrator writes."""

import unicodedata
from collections.abc import Iterator
from typing import Final

from daypass.adapters.slack import blocks as kit
from daypass.adapters.slack.blocks import Block, Message
from daypass.adapters.slack.text import code, code_block, fits, packed, short
from daypass.adapters.slack.views import lengths
from daypass.adapters.slack.views.scene import Scene
from daypass.adapters.slack.views.wanted import PARAGRAPH
from daypass.domain.catalog import Cluster
from daypass.domain.comparing import Comparison, Difference, in_quotes, override
from daypass.domain.listing import few
from daypass.usecases.requests.check_name import Checked

_MOST: Final = 20
"""Clusters that are compared in one answer."""
_ODD: Final = 5
"""Characters that are named one by one."""
_KEPT: Final = "Nothing was changed by what you pasted, and Daypass keeps nothing of it."
_HOW: Final = {
    Difference.CASE: "They differ in capitals; to Kubernetes those are two users.",
    Difference.SESSION: "The cluster has `-` where Daypass has `@`, as the name of an AWS session.",
    Difference.OTHER: "They are different names.",
}


def checked(found: Checked, scene: Scene) -> Message:
    """Return how a person's names compare; what to paste where nothing was."""
    if not found.said:
        return _asking(found, scene)
    if len(found.found) != 1:
        return _many(found, scene)
    ((cluster, compared),) = found.found
    text = _verdict(cluster, compared)
    return kit.message(
        text,
        [
            kit.section(text),
            *_details(found, cluster, compared, scene=scene),
            kit.context(_KEPT),
        ],
    )


def _asking(found: Checked, scene: Scene) -> Message:
    text = "Paste what `kubectl auth whoami` prints on the cluster behind the line, all of it."
    some = found.found[:_MOST]
    lines = [line for cluster, _ in some for line in (_kubectl(cluster, found), "")][:-1]
    again = scene.typed("whoami --check", some[0][0].name if len(some) == 1 else "CLUSTER", "…")
    return kit.message(
        text,
        [
            kit.section(text),
            *([kit.section(code_block(*filter(None, lines)))] if lines else []),
            kit.section(f"Then: {again}. It may be a table, `-o yaml` or `-o json`."),
        ],
    )


def _kubectl(cluster: Cluster, found: Checked) -> str:
    context = cluster.context_of(found.person)
    return f"kubectl{f' --context {context}' if context else ''} auth whoami"


def _verdict(cluster: Cluster, compared: Comparison) -> str:
    name, said = short(cluster.name), code(compared.said, lengths.USERNAME)
    if compared.is_same:
        return f"The same, letter by letter: {name} knows you as {said}, and so does Daypass."
    if compared.is_nobody:
        return (
            f"{said} is a name of the system, and no person's: nothing is ever granted to it. "
            f"Sign in to {name} as yourself, and paste what `kubectl auth whoami` prints then."
        )
    bound = code(compared.bound, lengths.USERNAME)
    return (
        f"Not the same: {name} says {said}, and Daypass would bind {bound}. "
        "What you are granted there is of no use to you, if that was printed for you there."
    )


def _details(
    found: Checked, cluster: Cluster, compared: Comparison, *, scene: Scene
) -> Iterator[Block]:
    if compared.is_same or compared.is_nobody:
        return
    yield kit.section(" ".join(_differences(compared)))
    if found.elsewhere:
        known = short(few(found.elsewhere, _MOST))
        yield kit.section(f"Daypass knows you by that name on {known}. Was it printed there?")
    if fits(*(lines := _mending(found, cluster, compared))):
        yield kit.section(
            "An administrator who has seen it printed on your screen mends it in `daypass.yaml`:\n"
            f"{code_block(*lines)}"
        )
    else:
        yield kit.section("An administrator has to write an override for you, and to see it there.")
    yield kit.context(
        "It counts for what is granted from then on. What you hold under the other name: "
        f"{scene.typed('release')}, and ask again."
    )


def _differences(compared: Comparison) -> Iterator[str]:
    for one in compared.differences:
        match one:
            case Difference.MORE:
                yield f"The cluster has {_around(compared)} it."
            case Difference.LESS:
                yield f"Daypass has {_around(compared)} it, and the cluster has not."
            case _:
                yield _HOW[one]
    if compared.odd:
        named = few([_named(char) for char in compared.odd], _ODD)
        yield f"What you pasted has characters that may pass for others, or for nothing: {named}."


def _around(compared: Comparison) -> str:
    sides = ((compared.before, "before"), (compared.behind, "behind"))
    return " and ".join(f"{code(text, lengths.BRIEF)} {where}" for text, where in sides if text)


def _named(char: str) -> str:
    return f"U+{ord(char):04X} {unicodedata.name(char, '').lower()}".strip()


def _mending(found: Checked, cluster: Cluster, compared: Comparison) -> list[str]:
    person, name = found.person, cluster.name
    # What is written for an account counts before what is for its email, and both before the rule.
    key = person.id if person.id in cluster.overrides else person.mailbox
    own = override(key, compared.said)
    lines = ["clusters:", f"  {name if name[:1].isalpha() else in_quotes(name)}:"]
    if compared.username and cluster.override_of(person) is None:
        lines += ["    # Either, if it makes everybody's name so:", f"    {compared.username}"]
    alone = "    # Or for you alone:" if lines[2:] else "    # For you alone:"
    return [*lines, alone, f"    {own}"]


def _many(found: Checked, scene: Scene) -> Message:
    same = [cluster.name for cluster, one in found.found if one.is_same]
    said = code(found.said, lengths.USERNAME)
    known = f"so does Daypass on {short(few(same, _MOST))}" if same else "Daypass nowhere does"
    text = f"A cluster knows you as {said}; {known}."
    others = [
        f"• {short(cluster.name)}: {code(one.bound, lengths.USERNAME)}"
        for cluster, one in found.found
        if not one.is_same
    ]
    left = [f"{len(others) - _MOST} more"] if others[_MOST:] else []
    listed = ["Elsewhere Daypass would bind", *others[:_MOST], *left] if others else []
    again = f"What differs, and what mends it: {scene.typed('whoami --check CLUSTER', '…')}."
    return kit.message(
        text,
        [
            kit.section(text),
            *map(kit.section, packed(listed, "\n", PARAGRAPH)),
            kit.section(again),
            kit.context(_KEPT),
        ],
    )
