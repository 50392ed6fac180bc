"""Objects whose names fit no address: found and deleted by their labels.

Kubernetes takes a megabyte as the name of a binding, and answers 431 to every request that has it
in its path. Posted as protobuf a name may be bytes that are no UTF-8, of which JSON says U+FFFD,
and at that name there is nothing. Ours are never named so.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from daypass.adapters.kubernetes.channel import Query
from daypass.adapters.kubernetes.client import Api
from daypass.adapters.kubernetes.errors import reading, refusal
from daypass.adapters.kubernetes.manifests import AT_ONCE, collection, found
from daypass.domain.errors import TemporaryOutsideError
from daypass.domain.grant import LABELS, OURS, GrantObject
from daypass.domain.lease import ObjectRef
from daypass.domain.names import may_be_of

_NAMELESS: Final = ("(none is named)",)
_SPARED: Final = 100
"""Objects; a lease has one in a place, and the address has to have room for all."""


def unaddressable(api: Api, ref: ObjectRef) -> GrantObject | None:
    """Return the object of that uid, if it is there under our label."""
    found = _listed(api, ref, [("labelSelector", OURS)])
    return next((one for one in found if one.ref.uid == ref.uid), None)


def delete_unaddressable(api: Api, ref: ObjectRef) -> tuple[str, ...] | None:
    """Delete what has its labels in its place, sparing whatever is named as ours are.

    Raises OutsideError as a DELETE does. Returns what keeps it all the same, None if none is there.
    """
    there = unaddressable(api, ref)
    if there is None:
        return None
    place = collection(ref)
    alike = ("labelSelector", _exactly(there))
    only = [alike, *_sparing(api, there, alike)]
    reply = api.write("DELETE", place, AT_ONCE, query=only)
    if not reply.good:
        raise refusal(api.what("DELETE", place), reply, writes=True)
    return keeping(ref, unaddressable(api, ref))


def keeping(ref: ObjectRef, there: GrantObject | None) -> tuple[str, ...]:
    """Return what keeps an object that was deleted, none where what is there now is another."""
    if there is None or there.ref.uid != ref.uid:
        return ()
    return there.finalizers or _NAMELESS


def _exactly(there: GrantObject) -> str:
    """Write what selects the values that it has of our labels; what it has not, others have not."""
    said = there.labels
    return ",".join(f"{one}={said[one]}" if one in said else f"!{one}" for one in LABELS)


def _sparing(api: Api, there: GrantObject, alike: tuple[str, str]) -> Query:
    """Write what leaves out those of its lease that may be genuine: judged by themselves.

    One that is being deleted loses nothing by it: somebody's finalizer may keep it for ever. Raises
    TemporaryOutsideError where they are too many: the forged ones go first, by their names.
    """
    others = (
        one.ref.name
        for one in _listed(api, there.ref, [alike], staying=True)
        if one.ref.addressable and may_be_of(there.lease, one.ref)
    )
    spared = [f"metadata.name!={name}" for name in islice(others, _SPARED + 1)]
    if len(spared) > _SPARED:
        what = api.what("DELETE", collection(there.ref))
        raise TemporaryOutsideError(f"{what}: {there.ref} goes when fewer are labelled as it is")
    return [("fieldSelector", ",".join(spared))] if spared else []


def _listed(
    api: Api, ref: ObjectRef, query: Query, *, staying: bool = False
) -> Iterator[GrantObject]:
    """Return what is there; only what nobody deletes yet where it is to be `staying`."""
    place = collection(ref)
    with reading(api.what("GET", place), writes=False):
        for item in api.items(place, query):
            if not (staying and item["metadata"].get("deletionTimestamp")):
                yield found(ref.kind, item)
