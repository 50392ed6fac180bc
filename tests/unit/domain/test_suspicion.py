"""Which objects under our label have to go (law 1)."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from daypass.domain.grant import (
    EXPIRES_AT,
    INSTALL,
    MAC,
    Entitlement,
    GrantObject,
    fix_attempt,
    planned,
)
from daypass.domain.lease import EndCause, Lease, LeaseState
from daypass.domain.suspicion import LOUD, Inspection, Standard, Suspicion, suspect, suspect_alone
from tests.builders import KEY, NOON, a_catalog, a_lease, a_level, a_person

if TYPE_CHECKING:
    from daypass.domain.ids import LeaseId

LEASE = a_lease().starting(fix_attempt(a_lease(), a_level(), NOON))


def an_object(lease: Lease = LEASE) -> GrantObject:
    entitlement = Entitlement(
        lease=lease,
        level=a_level(),
        cluster=a_catalog().clusters["prod"],
        install="main",
        key=KEY,
    )
    (found,) = planned(entitlement, fix_attempt(a_lease(), a_level(), NOON))
    return found


def against(lease: Lease | None = LEASE, minutes: float = 1, **fields: str) -> Inspection:
    leases: dict[LeaseId, Lease] = {} if lease is None else {lease.id: lease}
    return Inspection(
        install=fields.get("install", "main"),
        cluster=fields.get("cluster", "prod"),
        key=fields.get("key", KEY.decode()).encode(),
        now=NOON + timedelta(minutes=minutes),
        leases=leases,
    )


def annotated(**said: str) -> GrantObject:
    found = an_object()
    names = {"end": EXPIRES_AT, "mac": MAC}
    new = {names[name]: text for name, text in said.items()}
    return replace(found, annotations={**found.annotations, **new})


ENDING = LEASE.ending(EndCause.RELEASED)


@pytest.mark.parametrize(
    ("found", "inspection", "why"),
    [
        (an_object(), against(), None),
        (an_object(), against(minutes=60), Suspicion.PAST_END),
        (an_object(), against(None), Suspicion.UNKNOWN),
        (an_object(), against(ENDING), Suspicion.NOT_LIVE),
        (an_object(), against(replace(ENDING, state=LeaseState.ENDED)), Suspicion.NOT_LIVE),
        (an_object(), against(a_lease()), Suspicion.NOT_PLANNED),
        (an_object(), against(LEASE.undone("down")), Suspicion.NOT_PLANNED),
        (an_object(), against(replace(LEASE, level="nodes")), Suspicion.AT_ODDS),
        (an_object(), against(replace(LEASE, holder=a_person("carol"))), Suspicion.AT_ODDS),
        (an_object(), against(minutes=-1), Suspicion.TO_COME),
        (an_object(), against(minutes=-0.05), None),
        (annotated(end=""), against(), Suspicion.ENDLESS),
        (annotated(end="never"), against(), Suspicion.ENDLESS),
        (annotated(end="2030-01-01T00:00:00Z"), against(), Suspicion.FORGED),
        (annotated(mac=""), against(), Suspicion.FORGED),
        (annotated(mac="ünïcode"), against(), Suspicion.FORGED),
        (an_object(), against(key="x" * 32), Suspicion.FORGED),
        (an_object(), against(cluster="dev"), Suspicion.FORGED),
        (an_object(), against(install="other"), None),
        (replace(an_object(), labels={}), against(), Suspicion.FORGED),
        (
            replace(an_object(), labels={**an_object().labels, INSTALL: "other"}),
            against(),
            Suspicion.FORGED,
        ),
        (
            replace(annotated(mac="theirs"), labels={**an_object().labels, INSTALL: "other"}),
            against(),
            None,
        ),
    ],
    ids=[
        "ours", "past its end", "unknown lease", "ending", "ended", "no attempt", "undone attempt",
        "other level", "other holder", "began in the future", "other clock",
        "no end", "end is no time", "other end", "no mac", "mac is no ascii", "other key",
        "from another cluster", "we are another install", "no labels",
        "given to another install", "another install's",
    ],
)  # fmt: skip
def test_suspect_says_why_an_object_must_go(
    found: GrantObject, inspection: Inspection, why: Suspicion | None
) -> None:
    """Law 1: what no running lease planned, exactly so, must go; another install's is left."""
    assert suspect(found, inspection) is why


def test_suspicions_are_loud_when_somebody_must_have_done_it() -> None:
    """Being late is no alarm; being forged is."""
    assert Suspicion.PAST_END not in LOUD
    assert Suspicion.FORGED in LOUD


@pytest.mark.parametrize(
    ("found", "minutes", "why"),
    [
        (an_object(), 1, None),
        (annotated(mac=""), 1, None),
        (annotated(mac=""), 60, Suspicion.PAST_END),
        (annotated(end=""), 1, Suspicion.ENDLESS),
    ],
    ids=["ours", "forged", "forged and past its end", "no end"],
)
def test_suspect_alone_never_says_forged_when_there_is_no_key(
    found: GrantObject, minutes: int, why: Suspicion | None
) -> None:
    """Law 10: without store and key an end, or none, is reason enough; a seal is not told."""
    now = NOON + timedelta(minutes=minutes)
    standard = Standard(install="main", cluster="prod", key=None, now=now)
    assert suspect_alone(found, standard) is why
