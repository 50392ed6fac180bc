"""The traffic inspector's memory: the last calls and deliveries, tokens never included."""

from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from sandbox.slack.values import JSON

KEPT = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One call by the app (`in`) or one delivery to it (`out`). `took` is in milliseconds."""

    number: int
    at: float
    direction: str
    name: str
    sent: Any
    answer: Any
    took: float
    status: str


class Traffic:
    """The last exchanges, newest last."""

    def __init__(self, tell: Callable[..., None]) -> None:
        """`tell` hears of every new exchange."""
        self._kept: deque[Exchange] = deque(maxlen=KEPT)
        self._count = 0
        self._tell = tell

    def add(self, **exchange: Any) -> None:  # noqa: ANN401 - the fields of Exchange
        """Remember one exchange."""
        self._count += 1
        self._kept.append(Exchange(number=self._count, **exchange))
        self._tell(kind="traffic")

    def since(self, number: int) -> list[JSON]:
        """Every kept exchange after this number."""
        return [asdict(one) for one in self._kept if one.number > number]
