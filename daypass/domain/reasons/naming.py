"""Why nobody is granted anything under a name."""

from dataclasses import dataclass

from daypass.domain.reasons.reason import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class NameTaken(Reason):
    """The cluster knows somebody else by the same username."""

    cluster: str
    who: str
    username: str
    other: str

    def __str__(self) -> str:
        """Say who else, what would come of it, and where an administrator mends it."""
        return (
            f"{self.cluster} would know {self.who} as “{self.username}”, and so does it know "
            f"{self.other}: each would have what the other is granted. An administrator writes "
            f"another name for one of the two in daypass.yaml, clusters.{self.cluster}.overrides."
        )
