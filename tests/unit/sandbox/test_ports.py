"""Ports for servers that must be told theirs."""

from sandbox.cluster.ports import free_ports

MANY = 600
"""By chance alone some fifteen of them would be given twice."""


def test_no_port_is_given_twice() -> None:
    """Two processes that begin at the same time listen a while after they were told."""
    given = [free_ports(1)[0] for _ in range(MANY)]
    assert len(set(given)) == MANY
