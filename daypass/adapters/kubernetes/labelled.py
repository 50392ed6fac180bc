"""What bears our label: bindings of both kinds, page by page."""

from collections.abc import Iterator

from daypass.adapters.kubernetes.client import Api
from daypass.adapters.kubernetes.errors import reading
from daypass.adapters.kubernetes.manifests import KINDS, RBAC, found
from daypass.domain.errors import OutsideError
from daypass.domain.grant import GrantObject


def labelled(api: Api, selector: str, *, patient: bool = True) -> Iterator[GrantObject]:
    """Yield what is selected; where somebody waits who is not `patient`, nothing after trouble.

    Raises OutsideError where a kind could not be listed as a whole, after what there is of the
    other: whoever has rights in one namespace may make the list of RoleBindings as long as they
    like, and what is the whole cluster's ends all the same.
    """
    failed: OutsideError | None = None
    for kind in KINDS:
        try:
            yield from _of_kind(api, kind, selector, patient=patient)
        except OutsideError as error:
            if not patient:
                raise
            api.probe()  # Where nothing answers the thread is for others (law 3).
            failed = failed or error
    if failed is not None:
        raise failed


def _of_kind(api: Api, kind: str, selector: str, *, patient: bool) -> Iterator[GrantObject]:
    plural = KINDS[kind]
    with reading(f"{api.name}: list of {plural}", writes=False):
        query = [("labelSelector", selector)]
        for item in api.items(f"{RBAC}/{plural}", query, patient=patient):
            yield found(kind, item)
