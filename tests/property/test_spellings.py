"""Two spellings of one address are one person in approvals, however a cluster spells people."""

from dataclasses import replace
from string import ascii_letters, digits
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from daypass.domain import reasons as no
from daypass.domain.approvers import approvals_hold, same
from daypass.domain.catalog import Cluster, Step
from daypass.domain.circumstances import Circumstances, Roster
from daypass.domain.decision import judge_approval
from daypass.domain.ids import PersonId
from daypass.domain.people import Person, spelled
from daypass.domain.policy import Refused, judge
from daypass.domain.reasons import Reason
from daypass.domain.request import Approval, Request
from tests.builders import (
    NOON,
    SRE,
    a_catalog,
    a_person,
    a_plan,
    a_request,
    a_snapshot,
    a_workflow,
    an_ask,
)

_PART: Final = st.text(ascii_letters + digits, min_size=1, max_size=8)
_TWO: Final = Step(by=(SRE,), count=2)
_FLOWS: Final = (a_workflow(steps=(_TWO,)),)
_ASKER: Final = a_person("asker", email="some.body@elsewhere.example")


@st.composite
def _spellings(draw: st.DrawFn) -> tuple[str, str]:
    """One address, twice, each letter large or small."""
    address = f"{draw(_PART)}@{draw(_PART)}.example"
    cases = st.lists(st.booleans(), min_size=len(address), max_size=len(address))
    one, other = (
        "".join(
            c.upper() if big else c.lower() for c, big in zip(address, draw(cases), strict=True)
        )
        for _ in range(2)
    )
    return one, other


_CLUSTERS: Final = st.builds(
    lambda username, overrides: Cluster(
        name="prod",
        labels={"env": "prod"},
        username=username,
        overrides={PersonId(who): name for who, name in overrides.items()},
    ),
    st.sampled_from(
        ["{email}", "{email:lower}", "{local}", "OIDC:{local:lower}", "\u00fc:{email}"]
    ),
    # Never one name for both: such a file does not load, and such an ask is refused.
    st.sampled_from(
        [{}, {"U0ONE": "Adm"}, {"U0OTHER": "root"}, {"U0ONE": "root", "U0OTHER": "Adm"}]
    ),
)


def _two(spellings: tuple[str, str]) -> tuple[Person, Person]:
    """Two accounts with one address: what pins keep apart in time, rules keep apart as well."""
    one, other = spellings
    teams = ("engineers", "sre")
    return a_person("one", *teams, email=one), a_person("other", *teams, email=other)


def _given(cluster: Cluster, *, roster: Roster | None = None) -> Circumstances:
    return Circumstances(
        catalog=a_catalog(clusters={"prod": cluster}, workflows=_FLOWS),
        now=NOON,
        seen={"prod": a_snapshot()},
        timekeeper_at=NOON,
        roster=roster,
    )


def _yes(by: Person) -> Approval:
    return Approval(by=by, at=NOON, yes=True)


def _reason(judged: object) -> Reason:
    assert isinstance(judged, Refused)
    (reason,) = judged.reasons
    return reason


def _asked(by: Person, *answers: Person) -> Request:
    return a_request(
        ask=an_ask(requester=by),
        plan=a_plan(steps=(_TWO,)),
        approvals=tuple(_yes(one) for one in answers),
    )


def _are_one_approver(request: Request, cluster: Cluster) -> None:
    """Whoever said yes to it is one person where two are wanted, given or sought."""
    assert not approvals_hold(request, request.plan, _given(cluster).catalog)
    roster = Roster(members={SRE: tuple(one.by for one in request.approvals)})
    sought = _reason(judge(request.ask, _given(cluster, roster=roster)))
    assert isinstance(sought, no.NoPossibleApprover)
    assert sought.possible == 1


@given(_spellings(), _CLUSTERS)
def test_nobody_approves_their_own_request_in_other_letters(
    spellings: tuple[str, str], cluster: Cluster
) -> None:
    """Law 5: neither at the click, nor where the worker counts again, nor where one is sought."""
    asker, again = _two(spellings)
    bob = a_person("bob", "sre", email="bob.kim@elsewhere.example")
    assert same(asker, again, cluster)
    clicked = judge_approval(_asked(asker), _yes(again), _given(cluster))
    assert isinstance(_reason(clicked), no.SelfApproval)
    _are_one_approver(_asked(asker, again, bob), cluster)


@given(_spellings(), _CLUSTERS)
def test_nobody_counts_twice_in_other_letters(spellings: tuple[str, str], cluster: Cluster) -> None:
    """Law 5: neither at the click, nor where the worker counts again, nor where two are sought."""
    one, again = _two(spellings)
    clicked = judge_approval(_asked(_ASKER, one), _yes(again), _given(cluster))
    assert isinstance(_reason(clicked), no.CountedAlready)
    _are_one_approver(_asked(_ASKER, one, again), cluster)


@given(_spellings(), st.sampled_from(["{email}", "{email:lower}", "OIDC:{local}"]))
def test_two_addresses_are_two_people(spellings: tuple[str, str], username: str) -> None:
    """Nobody is shut out because somebody else's address looks like theirs."""
    one, other = _two(spellings)
    other = replace(other, email=f"x{other.email}")
    cluster = Cluster(name="prod", labels={"env": "prod"}, username=username)
    assert not same(one, other, cluster)
    request = _asked(_ASKER, one, other)
    assert approvals_hold(request, request.plan, _given(cluster).catalog)


@given(st.text(max_size=12))
def test_spelled_changes_nothing_but_ascii_capitals(text: str) -> None:
    """As many characters, each the same or the small form of an ASCII capital; once is enough."""
    small = spelled(text)
    assert all(
        new == old or (old in ascii_letters and new == old.lower())
        for old, new in zip(text.strip(), small, strict=True)
    )
    assert not any(c in ascii_letters and c.isupper() for c in small)
    assert spelled(small) == small


@given(_spellings(), st.sampled_from(["{local}", "\u00fc:{local}"]))
def test_one_username_in_other_letters_is_one_person(
    spellings: tuple[str, str], username: str
) -> None:
    """Where a cluster knows people by the part before the @, that part is who they are."""
    one, other = _two(spellings)
    other = replace(other, email=f"{other.email}.elsewhere")
    cluster = Cluster(name="prod", labels={"env": "prod"}, username=username)
    assert same(one, other, cluster)
    request = _asked(_ASKER, one, other)
    assert not approvals_hold(request, request.plan, _given(cluster).catalog)
