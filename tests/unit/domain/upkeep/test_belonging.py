"""What is left of an earlier configuration, and what is another install's or nobody's business."""

from typing import Any

import pytest

from daypass.domain.upkeep.belonging import Belonging, Names, needless
from daypass.domain.upkeep.comparison import Thing

NAMES = Names(namespace="daypass", worker="daypass-worker-", whole=("daypass-deadman-",))
PART = {"app.kubernetes.io/part-of": "daypass"}
SUDO = "daypass-sudo-admins"


def account(name: str, namespace: str = "daypass") -> dict[str, str]:
    """Return a subject."""
    return {"kind": "ServiceAccount", "name": name, "namespace": namespace}


def why(
    kind: str, name: str, *subjects: dict[str, str], accounts: tuple[str, ...] = (), **said: Any
) -> str:
    """Return why an object of ours is too many; nothing where it is not."""
    found: dict[str, Any] = {
        "kind": kind,
        "metadata": {"name": name, "labels": said.get("labels", PART)},
    }
    if subjects:
        found |= {"subjects": [*subjects], "roleRef": {"kind": "ClusterRole", "name": "wide"}}
    belonging = Belonging(
        install="main",
        names=NAMES,
        needed={Thing(kind="ClusterRole", name="daypass-worker-main")},
        accounts={"daypass-worker-main", *accounts},
    )
    judged = needless(found, belonging)
    return judged.why if judged else ""


def test_counts_as_left_what_no_level_needs() -> None:
    """The role of a removed level, and a binding right that is rendered no more."""
    assert why("ClusterRole", SUDO) == "no level needs it any more"
    more = why("Role", "daypass-worker-main-bind")
    assert more == "the configuration does not need it any more"


def test_says_whose_it_may_be_when_another_install_is_there() -> None:
    """The roles of levels bear no install: two may share one."""
    said = why("ClusterRole", SUDO, accounts=("daypass-worker-other",))
    assert said == "no level needs it any more; keep it if install other needs it"


@pytest.mark.parametrize(
    ("kind", "name", "accounts", "labels"),
    [
        ("ClusterRole", "daypass-worker-main", (), PART),
        ("ClusterRole", "daypass-worker-other-bind", ("daypass-worker-other",), PART),
        ("Role", "daypass-worker-main-two", ("daypass-worker-main-two",), PART),
        ("ClusterRole", "daypass-deadman-main", (), PART),
        ("ClusterRole", SUDO, (), {}),
        ("ClusterRole", "someones", (), PART),
    ],
    ids=["needed", "other's", "longer install", "switch", "no label", "other name"],
)
def test_leaves_alone_what_is_needed_or_not_ours(
    kind: str, name: str, accounts: tuple[str, ...], labels: dict[str, str]
) -> None:
    """Nobody is told to delete what another install lives by."""
    assert not why(kind, name, accounts=accounts, labels=labels)


@pytest.mark.parametrize(
    "subject",
    [
        account("daypass-worker-main"),
        {"kind": "User", "name": "system:serviceaccount:daypass:daypass-worker-main"},
        {"kind": "Group", "name": "system:serviceaccounts:daypass"},
    ],
    ids=["account", "user", "group"],
)
def test_counts_as_too_many_whatever_gives_the_worker_more(subject: dict[str, str]) -> None:
    """Whoever made it, and however it names the worker (law 8)."""
    said = why("RoleBinding", "somebodys", subject, labels={})
    assert said == (
        "it gives the grants worker the role wide, which the configuration does not need"
    )


def test_counts_as_left_what_binds_an_account_that_is_gone() -> None:
    """Who makes the account again has its rights."""
    gone, there = account("daypass-worker-old"), account("daypass-worker-other")
    said = why("ClusterRoleBinding", "daypass-worker-old", gone)
    assert said == "it is of an install whose account is not there: who makes that has its rights"
    said = why("ClusterRoleBinding", "daypass-extra", gone)
    assert said == "it binds accounts that are not there: who makes one has its rights"
    assert not why("RoleBinding", "daypass-extra", there, accounts=("daypass-worker-other",))
