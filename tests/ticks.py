"""A monotonic clock that stands until a test moves it on."""


class Ticks:
    """What `time.monotonic` is to code that takes it as an argument: seconds."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """Return the present."""
        return self.now

    def move_on(self, seconds: float) -> None:
        """Let so many seconds pass."""
        self.now += seconds
