"""Who is asking: verified with Slack now, held against the pin, pinned at first sight (law 5)."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Final

from daypass.domain.audit import Action, AuditEvent
from daypass.domain.catalog import Principal, Team
from daypass.domain.circumstances import NAMED, Roster
from daypass.domain.errors import PermanentOutsideError, RefusedError
from daypass.domain.ids import OVER_ANYTHING, PersonId
from daypass.domain.people import Distrust, Person, Pin, Profile, distrust
from daypass.domain.reasons import Nobody
from daypass.ports import Change, PeoplePorts
from daypass.usecases.shared.commits import until_committed
from daypass.usecases.shared.readable import with_version

LOOKED_UP: Final = 30
"""Of one team: Slack takes about 100 questions about accounts a minute, from all who ask and click.
No workflow needs as many people.
"""
_Ask = Callable[[], Profile | None]


def identify(actor: PersonId, ports: PeoplePorts) -> Person:
    """Return the trusted person behind an account.

    Raises RefusedError when the account is nobody.
    """
    # First what needs no pin: one that cannot be read must not keep somebody who left.
    profile = _in_slack(actor, ports)
    if (why := until_committed(lambda: _pin(profile, ports))) is not None:
        raise RefusedError(Nobody(name=profile.name, why=why))
    return _person(profile, ports)


def recognized(actor: PersonId, ports: PeoplePorts) -> Person:
    """Return the trusted person behind an account, as `identify` does, and pin nobody.

    For whoever acts in nobody's name: so it needs no right to write pins.
    Raises RefusedError when the account is nobody.
    """
    profile = _in_slack(actor, ports)
    if (why := _distrust(profile, ports.store.pin(profile.id), ports)) is not None:
        raise RefusedError(Nobody(name=profile.name, why=why))
    return _person(profile, ports)


def unpinned(actor: PersonId, ports: PeoplePorts) -> Person:
    """Return whom Slack takes an account for, whatever was pinned of it: enough to revoke by.

    Raises RefusedError when the account is nobody whatever was pinned.
    """
    return _person(_in_slack(actor, ports), ports)


def roster(principals: Iterable[Principal], ports: PeoplePorts, most: int = LOOKED_UP) -> Roster:
    """Look up the trusted people behind `principals`, of each team at most so many.

    Of a larger team the others are counted: it is taken to have somebody who could say yes.
    """
    named = tuple(dict.fromkeys(principals))
    everyone = frozenset(
        principal for principal in named if ports.catalog.team(principal.team).everyone
    )
    asks = {principal: _asks(principal, ports) for principal in named}
    return Roster(
        members={principal: _members(found[:most], ports) for principal, found in asks.items()},
        everyone=everyone,
        others={one: len(found) - most for one, found in asks.items() if len(found) > most},
    )


def described(principals: Sequence[Principal], ports: PeoplePorts) -> tuple[str, ...]:
    """Name each principal with its people, as many as a sentence takes."""
    return roster(principals, ports, most=NAMED).describe(principals)


def _in_slack(actor: PersonId, ports: PeoplePorts) -> Profile:
    """Return the profile of an account that is somebody as far as Slack says."""
    profile = ports.people.profile(actor)
    if profile is None:
        raise RefusedError(Nobody(name=actor, why=Distrust.UNKNOWN))
    if (why := distrust(profile, None, None)) is not None:
        raise RefusedError(Nobody(name=profile.name, why=why))
    return profile


def _pin(profile: Profile, ports: PeoplePorts) -> Distrust | None:
    pin = ports.store.pin(profile.id)
    why = _distrust(profile, pin, ports)
    if why is None and pin is None:
        ports.store.commit(_first_sight(profile, ports))
    return why


def _distrust(profile: Profile, pin: Pin | None, ports: PeoplePorts) -> Distrust | None:
    # Whoever has a pin with this email owns it: a pin is refused while another account has one.
    owner = ports.store.owner(profile.mailbox) if pin is None else None
    return distrust(profile, pin, owner)


def _first_sight(profile: Profile, ports: PeoplePorts) -> Change:
    now = ports.clock.now()
    event = AuditEvent(
        at=now,
        action=Action.PERSON_PINNED,
        actor=profile.id,
        subject=profile.id,
        facts={"email": profile.mailbox},
    )
    pin = Pin(id=profile.id, email=profile.mailbox, pinned_at=now)
    return Change(move=ports.ids.move(), pins=(pin,), events=(event,))


def _person(profile: Profile, ports: PeoplePorts) -> Person:
    teams = ports.catalog.teams.values()
    return Person(
        id=profile.id,
        name=profile.name,
        email=profile.email,
        teams=frozenset(team.name for team in teams if _belongs(profile, team, ports)),
        verified_at=profile.seen_at,
    )


def _belongs(profile: Profile, team: Team, ports: PeoplePorts) -> bool:
    return team.everyone or profile.mailbox in team.emails or profile.id in _group(team, ports)


def _group(team: Team, ports: PeoplePorts) -> frozenset[PersonId]:
    """Return who is in a team's user group.

    One that Slack no longer has gives nobody a right, and stops nobody else (law 10).
    """
    try:
        return ports.people.usergroup(team.usergroup) if team.usergroup else frozenset()
    except PermanentOutsideError:
        return frozenset()


def _asks(principal: Principal, ports: PeoplePorts) -> list[_Ask]:
    """Return a question for each account that is behind it, none of them asked yet."""
    if principal.email:
        return [partial(ports.people.by_email, principal.email)]
    team = ports.catalog.team(principal.team)
    by_email = [partial(ports.people.by_email, email) for email in sorted(team.emails)]
    return [*by_email, *(partial(ports.people.profile, one) for one in sorted(_group(team, ports)))]


def _members(asks: Iterable[_Ask], ports: PeoplePorts) -> tuple[Person, ...]:
    known = {profile.id: profile for ask in asks if (profile := ask()) is not None}
    return tuple(_person(one, ports) for one in known.values() if _trusted(one, ports))


def _trusted(profile: Profile, ports: PeoplePorts) -> bool:
    """Whether an account is somebody; one whose pin cannot be read is nobody."""
    pin, version = with_version(lambda: ports.store.pin(profile.id))
    return version != OVER_ANYTHING and _distrust(profile, pin, ports) is None
