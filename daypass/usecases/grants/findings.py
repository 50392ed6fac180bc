"""What a look at a cluster found, or what was noticed between two."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

from daypass.domain.ids import LeaseId
from daypass.usecases.grants.deletion import Deletion


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What one look found; `failed` says why it could not be finished.

    `refused` are objects that have to go and that the cluster does not let us delete, keeps, or
    fails to delete while it answers: the next look tries again, and nothing else waits for them.
    """

    objects: int = 0
    removed: tuple[Deletion, ...] = ()
    refused: tuple[Deletion, ...] = ()
    drifted: tuple[LeaseId, ...] = ()
    adopted: tuple[LeaseId, ...] = ()
    restored: bool = False
    left_out: int = 0
    """Namespaces that people might choose, and that are too many to be kept."""
    failed: str = ""


class Removals(TypedDict):
    """What findings say of the objects that had to go."""

    removed: tuple[Deletion, ...]
    refused: tuple[Deletion, ...]


def removals(tried: Sequence[Deletion]) -> Removals:
    """Tell apart what is gone and what is not."""
    return Removals(
        removed=tuple(deletion for deletion in tried if not deletion.refusal),
        refused=tuple(deletion for deletion in tried if deletion.refusal),
    )
