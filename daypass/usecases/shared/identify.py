"""Who is asking: verified with Slack now, held against the pin, pinned at first sight (law 5)."""

from collections.abc import Iterable

from daypass.domain.audit import Action, AuditEvent
from daypass.domain.catalog import Principal, Team
from daypass.domain.circumstances import Roster
from daypass.domain.errors import PermanentOutsideError, RefusedError
from daypass.domain.ids import OVER_ANYTHING, PersonId
from daypass.domain.people import Distrust, Person, Pin, Profile, distrust
from daypass.domain.reasons import Nobody
from daypass.ports import Change, PeoplePorts
from daypass.usecases.shared.commits import until_committed
from daypass.usecases.shared.readable import with_version


def identify(actor: PersonId, ports: PeoplePorts) -> Person:
    """Return the trusted person behind an account.

    Raises RefusedError when the account is nobody.
    """
    profile = ports.people.profile(actor)
    if profile is None:
        raise RefusedError(Nobody(name=actor, why=Distrust.UNKNOWN))
    # First what needs no pin: one that cannot be read must not keep somebody who left.
    why = distrust(profile, None, None) or until_committed(lambda: _pin(profile, ports))
    if why is not None:
        raise RefusedError(Nobody(name=profile.name, why=why))
    return _person(profile, ports)


def roster(principals: Iterable[Principal], ports: PeoplePorts) -> Roster:
    """Look up the trusted people behind `principals`."""
    named = tuple(dict.fromkeys(principals))
    everyone = frozenset(
        principal for principal in named if ports.catalog.team(principal.team).everyone
    )
    members = {principal: _members(principal, ports) for principal in named}
    return Roster(members=members, everyone=everyone)


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


def _members(principal: Principal, ports: PeoplePorts) -> tuple[Person, ...]:
    if principal.email:
        found = [ports.people.by_email(principal.email)]
    else:
        team = ports.catalog.team(principal.team)
        found = [ports.people.by_email(email) for email in sorted(team.emails)]
        found += [ports.people.profile(account) for account in sorted(_group(team, ports))]
    known = {profile.id: profile for profile in found if profile is not None}
    return tuple(_person(one, ports) for one in known.values() if _trusted(one, ports))


def _trusted(profile: Profile, ports: PeoplePorts) -> bool:
    """Whether an account is somebody; one whose pin cannot be read is nobody."""
    pin, version = with_version(lambda: ports.store.pin(profile.id))
    return version != OVER_ANYTHING and _distrust(profile, pin, ports) is None
