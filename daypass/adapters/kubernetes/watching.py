"""A watch on one kind of our objects: what changes on the cluster, as it changes.

Its beginning is a revision, not a list: whoever watches compares everything once by other means,
and then hears of every change since.
"""

from collections.abc import Iterator
from functools import partial

from daypass.adapters.kubernetes.client import Api
from daypass.adapters.kubernetes.errors import UNREADABLE
from daypass.adapters.kubernetes.manifests import KINDS, RBAC, found
from daypass.adapters.kubernetes.streaming import (
    BOOKMARK,
    DELETED,
    Change,
    Watched,
    following,
)
from daypass.domain.grant import OURS
from daypass.domain.sighting import Sighting


def watch(api: Api, kind: str, since: str, *, silent: float) -> Iterator[Sighting]:
    """Yield what is seen of a kind under our label after revision `since`, one by one.

    Without `since`, or where the server has forgotten what came after it, the first says `anew`.
    Ends where the server ends it; to go on call it with the last `revision`.

    Raises:
        OutsideError: the server does not answer, or refuses, or is `silent` for so many seconds.
    """
    watched = Watched(path=f"{RBAC}/{KINDS[kind]}", query=[("labelSelector", OURS)], silent=silent)
    shown = partial(_sighting, kind)
    return following(api, watched, since, begin=_anew, shown=shown)


def _anew(revision: str) -> Iterator[Sighting]:
    yield Sighting(revision=revision, anew=True)


def _sighting(kind: str, change: Change) -> Sighting:
    if change.type == BOOKMARK:
        return Sighting(revision=change.revision)
    try:  # What could not be read is looked at otherwise.
        seen = found(kind, change.body)
    except UNREADABLE:
        return Sighting(revision=change.revision, anew=True)
    return Sighting(revision=change.revision, found=seen, gone=change.type == DELETED)
