"""Troubles on demand: Slack down, hanging, limiting, forgetting an acknowledgement."""

from dataclasses import dataclass, field

from sandbox.slack.errors import RateLimitedError, SlackError
from sandbox.slack.values import JSON


@dataclass(slots=True, kw_only=True)
class Faults:
    """What goes wrong at the moment. Everything is off at the start."""

    down: bool = False
    hang_seconds: float = 0.0
    lost_acks: int = 0
    lost_answers: int = 0
    retry_after: dict[str, list[int]] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)

    def raise_for(self, method: str) -> None:
        """Raises the next refusal that was ordered for this method, if there is one."""
        if waits := self.retry_after.get(method):
            raise RateLimitedError(waits.pop(0))
        if codes := self.errors.get(method):
            raise SlackError(codes.pop(0))

    def takes_ack(self) -> bool:
        """True when the next acknowledgement is to be lost; counts it."""
        if self.lost_acks <= 0:
            return False
        self.lost_acks -= 1
        return True

    def takes_answer(self) -> bool:
        """True when the next answer is to be lost although the call was carried out."""
        if self.lost_answers <= 0:
            return False
        self.lost_answers -= 1
        return True

    def change(self, wanted: JSON) -> None:
        """Set what is named. Raises ValueError for a fault that does not exist."""
        unknown = set(wanted) - set(self.__slots__)
        if unknown:
            message = f"unknown fault: {', '.join(sorted(unknown))}"
            raise ValueError(message)
        for name, value in wanted.items():
            setattr(self, name, value)

    def clear(self) -> None:
        """Everything works again."""
        self.change(
            {"down": False, "hang_seconds": 0.0, "lost_acks": 0, "lost_answers": 0}
            | {"retry_after": {}, "errors": {}}
        )
