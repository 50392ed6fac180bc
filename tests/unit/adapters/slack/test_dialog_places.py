"""Dialogs about a lease say where it holds: another one of its level may be elsewhere, and stay."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from daypass.adapters.slack.blocks import Block
from daypass.adapters.slack.views import extension
from daypass.adapters.slack.views.direct import release
from daypass.domain.lease import Lease
from daypass.domain.scope import CLUSTER_WIDE, Scope, within
from tests.unit.adapters.slack.examples import a_granted

LONG = "n" * 63


@pytest.mark.parametrize("dialog", [release, extension.button])
@pytest.mark.parametrize(
    ("scope", "words"),
    [
        (within("team-a"), "on prod in team-a "),
        (within(LONG), f"on prod in {LONG} "),
        (within(*(f"team-{n}" for n in range(40))), "on prod in 40 namespaces "),
        (CLUSTER_WIDE, "on prod cluster-wide "),
    ],
    ids=["one", "long", "many", "everywhere"],
)
def test_dialog_says_where(dialog: Callable[[Lease], Block], scope: Scope, words: str) -> None:
    """“You lose open on prod at once” was said of team-a, and team-b was kept."""
    block = dialog(replace(a_granted(), scope=scope))
    assert words in str(block["confirm"])
