"""`daypass config check --risks`: what levels lead to, before anybody asks for them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daypass.cli.__main__ import main
from daypass.cli.leading import leading
from daypass.domain.catalog import Catalog
from daypass.domain.discovery import FRESH, Snapshot
from daypass.domain.rbac.meaning import Meaning
from daypass.domain.risk import Risk
from daypass.domain.roles import RoleKind, RoleRef
from tests.builders import NOON, a_catalog, a_group_level, a_level, a_snapshot

READER = RoleRef(name="reader", kind=RoleKind.ROLE)
LEVELS = {
    "debug": a_level("debug"),
    "admins": a_group_level("admins"),
    "own": a_level("own", role=READER, namespaces=(), choose=("team-*",)),
}
SEEN = a_snapshot(
    means={
        "ClusterRole/view": Meaning(digest="1"),
        "ClusterRole/daypass-sudo-admins": Meaning(digest="2"),
        "Role/team-a/reader": Meaning(digest="3", risks=(Risk.SECRETS, Risk.EXEC)),
    },
    namespaces=frozenset({"payments", "team-a", "team-b"}),
)


def said(seen: Snapshot | None, catalog: Catalog, later: timedelta = timedelta(0)) -> list[str]:
    known = {"prod": seen} if seen is not None else {}
    return [line.strip() for line in leading(catalog, known, NOON + later) if " on prod" in line]


def test_every_level_says_what_it_leads_to() -> None:
    """Also that it leads nowhere, or that nobody knows."""
    catalog = a_catalog(levels=tuple(LEVELS.values()))
    assert said(SEEN, catalog) == [
        "debug on prod: no further than it says",
        "admins on prod: not known: what it gives was not seen there",
        "own on prod: one can read secrets and run commands in pods, where its role is there",
    ]
    group = {
        **SEEN.means,
        f"Group/{LEVELS['admins'].group}": Meaning(digest="4", risks=(Risk.EVERYTHING,)),
    }
    assert said(replace(SEEN, means=group), catalog)[1] == "admins on prod: one can do anything"
    bare = said(replace(SEEN, means={}), catalog)
    assert bare[0].endswith("not known: what it gives was not seen there")


def test_what_was_seen_long_ago_is_said_with_its_age() -> None:
    """And of a cluster that was never seen nothing is known."""
    catalog = a_catalog(levels=(LEVELS["debug"],))
    later = said(SEEN, catalog, FRESH + timedelta(minutes=60))
    assert later == ["debug on prod: no further than it says (seen 1h1m30s ago)"]
    assert said(None, catalog) == ["debug on prod: not known: the cluster was never seen"]
    assert not [line for line in leading(catalog, {}, NOON) if "nowhere" in line]


def test_check_needs_redis_only_where_risks_are_asked_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file is checked anywhere."""
    monkeypatch.delenv("DAYPASS_REDIS_URL", raising=False)
    assert main(["config", "check", "examples/daypass.yaml", "--risks"]) == 2
    assert "DAYPASS_REDIS_URL" in capsys.readouterr().err
