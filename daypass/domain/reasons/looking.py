"""Why something of a cluster cannot be shown."""

from dataclasses import dataclass

from daypass.domain.reasons.reason import Reason, either


@dataclass(frozen=True, slots=True, kw_only=True)
class NotPictured(Reason):
    """Nobody has ever watched that cluster for this store."""

    cluster: str

    def __str__(self) -> str:
        """Say where it comes from."""
        return (
            f"Nothing of {self.cluster} is known yet: a grants worker that may watch its roles and "
            "bindings tells what is there."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownKind(Reason):
    """No kind of thing is called that."""

    text: str
    kinds: tuple[str, ...]

    def __str__(self) -> str:
        """List the kinds."""
        return f"“{self.text}” is no kind of thing; there are {either(self.kinds, 'and')}."


@dataclass(frozen=True, slots=True, kw_only=True)
class NotThere(Reason):
    """No such role, or none that one may see: nobody learns which."""

    text: str
    cluster: str

    def __str__(self) -> str:
        """Say both."""
        return f"There is no {self.text} on {self.cluster}, or none that you may see."
