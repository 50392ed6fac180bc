"""The worker stands in no line with others' accounts, and lends nobody its places."""

from typing import Any

from daypass.adapters.kubernetes.deadman import dead_mans_switch
from daypass.adapters.kubernetes.lane import lane
from daypass.adapters.kubernetes.rights import rights
from tests.builders import a_catalog

ACCOUNTS_OF_KUBERNETES = 9000
"""The precedence of `service-accounts`, which takes all accounts that nothing before it does."""


def accounts(manifests: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Return name and namespace of the accounts that are made."""
    made = [one["metadata"] for one in manifests if one["kind"] == "ServiceAccount"]
    return [{"name": one["name"], "namespace": one["namespace"]} for one in made]


def test_takes_worker_and_switch_by_the_names_that_they_have() -> None:
    """Whatever they do; nobody else has a place there."""
    catalog = a_catalog()
    [_, schema] = lane(catalog.install)
    [rule] = schema["spec"]["rules"]
    ours = [*rights(catalog, "prod"), *dead_mans_switch(catalog.install)]
    assert [one["serviceAccount"] for one in rule["subjects"]] == accounts(ours)


def test_lends_no_place() -> None:
    """One that somebody else holds comes back when they like."""
    [level, schema] = lane("main")
    assert level["spec"]["limited"]["lendablePercent"] == 0
    assert schema["spec"]["priorityLevelConfiguration"]["name"] == level["metadata"]["name"]
    assert schema["spec"]["matchingPrecedence"] < ACCOUNTS_OF_KUBERNETES


def test_two_installs_share_nothing() -> None:
    """Whoever applies one never changes the other's."""
    names, others = ({one["metadata"]["name"] for one in lane(name)} for name in ("main", "other"))
    assert not names & others
