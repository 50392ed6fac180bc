"""Names that count up, so that a test can say which one comes next. Never for production."""

from itertools import count

from daypass.domain.ids import MoveId, RequestId, request_id


class CountedIds:
    """`000000000001`, `000000000002` … for requests, `move-1`, `move-2` … for moves."""

    def __init__(self) -> None:
        self._requests = count(1)
        self._moves = count(1)

    def request(self) -> RequestId:
        """Return the next request id."""
        return request_id(next(self._requests))

    def move(self) -> MoveId:
        """Return the next move id."""
        return MoveId(f"move-{next(self._moves)}")
