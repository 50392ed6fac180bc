"""The line to try works: it needs no more than the right that the cluster proved."""

import pytest

from daypass.adapters.slack.views.lines import kubectl_lines
from tests.lines import KINDS, line_to_try
from tests.unit.adapters.slack.examples import a_granted, a_scene, a_sudo_lease

SAID = {
    "configmaps only": "-n payments get configmaps",
    "pods among others": "-n payments get pods",
    "another group": "-n payments get ingresses.networking.k8s.io",
    "nodes, cluster-wide": "get nodes -A",
    "configmaps, cluster-wide": "get configmaps -A",
    "certain names": "-n payments get configmaps kube-root-ca.crt --ignore-not-found",
    "no list": "-n payments auth can-i get secrets",
    "subresource": "-n payments auth can-i get pods --subresource=log",
    "create only": "-n payments auth can-i create pods --subresource=exec",
    "changes": "-n payments auth can-i patch deployments.apps",
    "everything": "-n payments auth can-i delete pods",
    "path": "auth can-i get /metrics",
    "paths": "auth can-i get /logs/",
}


@pytest.mark.parametrize("kind", SAID)
def test_line_to_try_is_of_the_right_that_was_proven(kind: str) -> None:
    """What reads is run, with its namespace; for anything else the line asks the cluster."""
    *notes, line = line_to_try(*KINDS[kind])
    assert line == f"kubectl --context alice@prod {SAID[kind]}"
    assert bool(notes) == ("can-i" in line)


def test_line_says_what_kind_of_right_it_is() -> None:
    """Where the line only asks, a comment says what is allowed, and that nothing is changed."""
    note, _ = line_to_try(*KINDS["create only"])
    assert note.startswith("# allows: create pods, its exec;")
    assert note.endswith("changes nothing")


def test_lines_of_a_group_ask_as_that_group() -> None:
    """What a group may do is the cluster's business: the line lists it, and promises nothing."""
    note, line = kubectl_lines(a_granted(a_sudo_lease()), a_scene())
    assert note == "# acts as group platform-admins: allows what the cluster gives that group"
    assert line.endswith(
        "--as=daypass:platform-admins --as-group=platform-admins auth can-i --list"
    )


def test_every_kind_is_said() -> None:
    """The roles that are tried on a real cluster are those of this table."""
    assert SAID.keys() == KINDS.keys()
