"""The contract of the Cluster port: what roles allow, in memory and for real."""

from tests.contract.cluster.stages import Stage


def test_means_says_what_is_there_and_nothing_of_what_is_not(stage: Stage) -> None:
    """By the same names as a snapshot, and in the same words."""
    found = stage.cluster.means(["ClusterRole/view", "ClusterRole/none-such", "Role/x/none-such"])
    assert found.keys() == {"ClusterRole/view"}
    assert found["ClusterRole/view"].digest
