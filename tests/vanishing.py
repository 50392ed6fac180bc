"""A role that is deleted between a yes and its grant, before anybody of ours could see that."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from daypass.domain.ids import RequestId
from tests.whole import Whole


@contextmanager
def approved_without(whole: Whole, request: RequestId, role: str) -> Iterator[None]:
    """Inside, the role is gone from prod, and bob said yes while no grants worker looked."""
    with ExitStack() as held:
        with whole.frozen("grants"):
            held.enter_context(whole.without_role(role))
            whole.clicks("bob", "approve", request)
        yield
