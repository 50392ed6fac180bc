"""Why what an administrator wants to stop, or to let go on, cannot be."""

from dataclasses import dataclass

from daypass.domain.reasons.reason import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownPerson(Reason):
    """No account of that id or email was ever seen: nothing was ended for a wrong name."""

    text: str

    def __str__(self) -> str:
        """Quote what was written."""
        return f"Daypass never saw an account “{self.text}”; write its Slack id (U…) or its email."


@dataclass(frozen=True, slots=True, kw_only=True)
class FreezeUnreadable(Reason):
    """What is stored of a freeze cannot be read: which clusters were meant is not known."""

    def __str__(self) -> str:
        """Say what holds meanwhile, and the way out."""
        return (
            "The freeze that is stored cannot be read, so nothing is granted anywhere. "
            "Write a new one with “freeze”, then lift that with “thaw”."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NotFrozen(Reason):
    """There is no freeze to lift, or not on `cluster` alone: then `everywhere` holds it."""

    cluster: str = ""
    everywhere: bool = False

    def __str__(self) -> str:
        """Say what is frozen instead."""
        if self.everywhere:
            return (
                f"{self.cluster} is frozen because every cluster is; "
                "“thaw” without a cluster lifts that, “freeze CLUSTER” keeps one frozen."
            )
        return f"{self.cluster or 'Nothing'} is {'not ' if self.cluster else ''}frozen."
