"""Roles that are deleted: while somebody waits, or between a yes and its grant."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Final

from daypass.domain.ids import RequestId
from tests.whole import Whole

_ROLES: Final = "/apis/rbac.authorization.k8s.io/v1/clusterroles"


@contextmanager
def without_role(whole: Whole, name: str) -> Iterator[None]:
    """Inside, prod lacks a ClusterRole."""
    role = whole.prod.admin().get(f"{_ROLES}/{name}")
    whole.prod.admin().delete(f"{_ROLES}/{name}")
    try:
        yield
    finally:
        kept = {key: role[key] for key in ("apiVersion", "kind", "rules")}
        kept["metadata"] = {"name": name, "labels": role["metadata"].get("labels", {})}
        whole.prod.admin().apply(kept)


@contextmanager
def approved_without(whole: Whole, request: RequestId, role: str) -> Iterator[None]:
    """Inside, the role is gone from prod, and bob said yes while no grants worker looked."""
    with ExitStack() as held:
        with whole.frozen("grants"):
            held.enter_context(without_role(whole, role))
            whole.clicks("bob", "approve", request)
        yield
    whole.sees_afresh()  # It is there again, and who asks next is told so.
