"""Writes of our objects, and whether the server made of them what was meant.

A webhook or a policy of the cluster may change what is written, for the server and for everybody
else: labels that nobody knows go, names are written small, a subject is put beside the others.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Final

from daypass.adapters.kubernetes.client import Api
from daypass.adapters.kubernetes.errors import reading, refused_binding
from daypass.adapters.kubernetes.manifests import annotating, binding, collection, found, path
from daypass.adapters.kubernetes.reply import Reply
from daypass.adapters.kubernetes.words import one_line
from daypass.domain.errors import OutsideError, PermanentOutsideError, TemporaryOutsideError
from daypass.domain.grant import MAC, GrantObject, equal
from daypass.domain.lease import ObjectRef

Read = Callable[[ObjectRef], GrantObject | None]
_NOT_AS_READ: Final = (
    HTTPStatus.CONFLICT,  # Another uid.
    HTTPStatus.NOT_FOUND,
    HTTPStatus.UNPROCESSABLE_ENTITY,  # Another seal; or a policy refuses it.
)


def create(
    api: Api, planned: GrantObject, *, read: Read, delete: Callable[[ObjectRef], object]
) -> ObjectRef:
    """Create an object, or find the very same one there already; return it with its uid.

    What is made otherwise is no grant of ours, and goes at once, while its uid is known: without
    our labels nothing finds it again.
    """
    place = collection(planned.ref)
    reply = api.write("POST", place, binding(planned))
    if reply.status == HTTPStatus.CONFLICT:
        return _same(api, planned, read(planned.ref), said=reply.message)
    if not reply.good:
        raise _refused("POST", place, reply, api=api, about=planned)
    made = _written(api.what("POST", place), planned.ref.kind, reply)
    if not equal(made, planned):
        delete(made.ref)
        raise PermanentOutsideError(f"{api.name}: {planned.ref} {_OTHERWISE}")
    return made.ref


_OTHERWISE: Final = (
    "was made otherwise than it was asked for: a webhook or a policy of the cluster changes what "
    "Daypass writes, and has to leave it alone"
)


def annotate(api: Api, there: GrantObject, annotations: Mapping[str, str], *, read: Read) -> None:
    """Change annotations of exactly the object that was read, while it is sealed as it was."""
    place = path(there.ref)
    reply = api.write("PATCH", place, annotating(there, annotations))
    if reply.status in _NOT_AS_READ and (moved := _moved(api, there, reply, now=read(there.ref))):
        raise moved
    if not reply.good:
        raise _refused("PATCH", place, reply, api=api, about=there)
    said = _written(api.what("PATCH", place), there.ref.kind, reply).annotations
    if any(said.get(name) != value for name, value in annotations.items()):
        raise PermanentOutsideError(f"{api.name}: the end of {there.ref} {_OTHERWISE}")


def _same(api: Api, planned: GrantObject, there: GrantObject | None, *, said: str) -> ObjectRef:
    if there is None:  # It came and went, or a webhook refuses it in these words.
        what = f"{api.name}: {planned.ref} cannot be created, and is not there"
        raise TemporaryOutsideError(f"{what}: {one_line(said)}")
    if not equal(there, planned):
        raise PermanentOutsideError(f"{api.name}: another {planned.ref} is there already")
    return there.ref


def _moved(
    api: Api, there: GrantObject, reply: Reply, *, now: GrantObject | None
) -> OutsideError | None:
    """Say what became of an object meanwhile; None where it is refused as it is."""
    if now is None or now.ref.uid != there.ref.uid:
        return PermanentOutsideError(f"{api.name}: {there.ref} is gone")
    sealed = now.annotations.get(MAC) == there.annotations.get(MAC)
    # A webhook refuses with any status: what is as it was read nobody changed.
    same = bool(now.revision) and now.revision == there.revision
    if sealed and (same or reply.status == HTTPStatus.UNPROCESSABLE_ENTITY):
        return None
    return TemporaryOutsideError(f"{api.name}: {there.ref} was changed meanwhile")


def _refused(
    method: str, place: str, reply: Reply, *, api: Api, about: GrantObject
) -> OutsideError:
    what, role = api.what(method, place), str(about.role)
    return refused_binding(what, reply, namespace=about.ref.namespace, role=role)


def _written(what: str, kind: str, reply: Reply) -> GrantObject:
    with reading(what, writes=True):
        return found(kind, reply.body)
