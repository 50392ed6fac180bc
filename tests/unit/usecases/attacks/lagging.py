"""A cluster of which a server has not learnt yet that the object of FIRST is gone."""

from typing import Any

from daypass.domain.review import Answer
from tests.unit.usecases.scenes import FIRST


class Lagging:
    """It still names our object for every review."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def reviews(self, _: Any) -> list[Answer]:
        """Say yes, because of ours."""
        mine = f"daypass-{FIRST}-1-1/payments"
        return [Answer(allowed=True, reason=f'RBAC: allowed by RoleBinding "{mine}" of x')]
