"""Why a request is too much to be read by whoever would approve it."""

from dataclasses import dataclass

from daypass.domain.reasons.reason import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class TooManyLevels(Reason):
    """More levels than stand whole on one card."""

    given: int
    most: int

    def __str__(self) -> str:
        """Give the number that fits."""
        return (
            f"{self.given} levels are more than one person can read at once; "
            f"{self.most} fit in one request. Ask for the others in another one."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TooManyNamespaces(Reason):
    """Names of levels and namespaces that do not stand whole on one card."""

    level: str
    given: int
    fit: int

    def __str__(self) -> str:
        """Give the number that fits, and how to name so many."""
        if not self.fit:
            return "Those names are longer than one person can read at once. Ask for fewer levels."
        what = "1 namespace fits" if self.fit == 1 else f"{self.fit} namespaces fit"
        return (
            f"{self.level} in {self.given} namespaces is more than one person can read at once; "
            f"{what} in this request. Name those with --namespace, and ask for the others in "
            "another request."
        )
