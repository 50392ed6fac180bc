"""What a role means to whoever acts as a group that is bound to it."""

from typing import Any

import pytest

from daypass.adapters.kubernetes.bonds import role_meaning
from daypass.domain.rbac.risk import Risk

READ: dict[str, Any] = {"verbs": ["get"], "apiGroups": [""], "resources": ["pods"]}
SECRETS = {**READ, "resources": ["secrets"]}


def a_role(*rules: dict[str, Any]) -> dict[str, Any]:
    return {"metadata": {"name": "r", "resourceVersion": "7"}, "rules": list(rules)}


@pytest.mark.parametrize(
    "rules",
    [
        [*[READ] * 1_000, SECRETS],
        [{**READ, "resources": [*(f"r{n}" for n in range(6_000)), "secrets"]}],
        [{**SECRETS, "resourceNames": ["db", "a" * 254]}],
    ],
    ids=["many rules", "many words", "a long word"],
)
def test_role_that_cannot_be_read_whole_may_allow_anything(rules: list[dict[str, Any]]) -> None:
    """Law 10: what is in the rest may be what a workflow refuses; it is told by its revision."""
    found = role_meaning(a_role(*rules))
    assert (found.digest, found.risks) == ("at 7", (Risk.EVERYTHING,))


def test_role_that_is_read_whole_means_what_it_says() -> None:
    """However its rules stand."""
    found = role_meaning(a_role(READ, SECRETS))
    assert found.risks == (Risk.SECRETS,)
    assert found == role_meaning(a_role(SECRETS, READ))
