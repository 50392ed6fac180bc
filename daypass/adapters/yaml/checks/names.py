"""The names by which a cluster knows people: none that is never granted, none of two people."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

from daypass.adapters.yaml import convert
from daypass.adapters.yaml.checks.checked import Checked
from daypass.adapters.yaml.schema import ClusterModel, Document
from daypass.adapters.yaml.source import Where
from daypass.domain.forbidden import forbidden_name
from daypass.domain.listing import few
from daypass.domain.people import spelled
from daypass.domain.template import LOWER, filled, is_personal

_NAMED: Final = 5
"""People of one name in a fault; the others are counted."""


def check(checked: Checked, where: Where, one: ClusterModel) -> None:
    """Note names that are never granted, or are two people's, as far as this file alone tells."""
    if one.username.lower and is_personal(one.username.preset):
        fault = f"belongs to a preset; write {{email:{LOWER}}} in the text, and leave it out"
        checked.faults.add((*where, "username", "lower"), fault)
        return
    names: dict[Where, str] = {(*where, "username"): convert.username(one.username)}
    names |= {(*where, "overrides", who): text for who, text in one.overrides.items()}
    for place, written in names.items():
        if forbidden_name(written):
            fault = f"“{written}” is never granted anything; write another name"
            checked.faults.add(place, fault)
    _check_twice(checked, where, one)
    for name, people in _known_as(one, checked.document).items():
        if len(people) > 1:
            checked.faults.add(_place(people, one, where), _shared(name, people))


def _check_twice(checked: Checked, where: Where, one: ClusterModel) -> None:
    """Note emails that are one person's in two spellings."""
    seen = dict[str, str]()
    for who in one.overrides:
        if (other := seen.setdefault(spelled(who) if "@" in who else who, who)) != who:
            fault = f"is {other} in other letters; remove one of them"
            checked.faults.add((*where, "overrides", who), fault)


def _known_as(one: ClusterModel, document: Document) -> Mapping[str, list[str]]:
    """Return by each name who is known so: emails in this file, and accounts with an override.

    What a text makes of an account's email nobody knows before it asks.
    """
    usual = convert.username(one.username)
    own = {spelled(who): text for who, text in one.overrides.items() if "@" in who}
    names = {email: own.get(email, usual) for email in sorted({*_emails(document), *own})}
    names |= {
        who: text for who, text in one.overrides.items() if "@" not in who and not is_personal(text)
    }
    known = defaultdict[str, list[str]](list)
    for who, text in names.items():
        known[spelled(filled(text, who))].append(who)
    return known


def _emails(document: Document) -> Iterator[str]:
    """Yield every email that stands for a person anywhere in the file."""
    for team in document.teams.values():
        yield from team.emails
    named = [*document.admins]
    for flow in document.workflows:
        extra = flow.risk.extra_step
        steps = [*flow.approve, *([extra] if extra is not None else [])]
        named += [*flow.requesters, *(who for step in steps for who in step.by)]
    yield from (spelled(who) for who in named if not who.startswith("team:"))


def _place(people: list[str], one: ClusterModel, where: Where) -> Where:
    """Return the last line that gives one of them that name; else that of all names there."""
    written = [who for who in one.overrides if who in people or spelled(who) in people]
    return (*where, "overrides", written[-1]) if written else (*where, "username")


def _shared(name: str, people: list[str]) -> str:
    return (
        f"{few(people, _NAMED)} would all be “{name}” there, and each "
        f"have what another is granted; write each another name: overrides: {{{people[-1]}: NAME}}"
    )
