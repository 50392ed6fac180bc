"""Why something may not be asked for because of what it may lead to."""

from dataclasses import dataclass

from daypass.domain.reasons.reason import Reason, either


@dataclass(frozen=True, slots=True, kw_only=True)
class TooRisky(Reason):
    """A workflow refuses what the level's role leads to."""

    level: str
    workflow: str
    risks: tuple[str, ...]

    def __str__(self) -> str:
        """Say which, and whose rule that is."""
        can = either(self.risks, "and")
        return f"With {self.level} one can {can}, which workflow “{self.workflow}” refuses."
