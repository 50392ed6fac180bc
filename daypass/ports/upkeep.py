"""What an administrator's terminal asks of a cluster; nothing of it changes anything."""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

Manifest = Mapping[str, Any]


class Inspector(Protocol):
    """One API server, looked at by whoever runs the command; safe to use from several threads.

    Raises OutsideError; of what may not be read it says so by the name of its kind.
    """

    def probe(self) -> None:
        """Ask for next to nothing; raises OutsideError when the server does not answer."""
        ...

    def fetch(self, wanted: Manifest) -> Manifest | None:
        """Return what is there under the kind, place and name of a manifest."""
        ...

    def static(self, kind: str) -> Iterator[Manifest]:
        """Yield what is there of a kind of RBAC, page by page: roles that are part of Daypass.

        Of bindings all but those of leases, whoever made them: any may name our worker.
        """
        ...

    def accounts(self) -> frozenset[str]:
        """Return the names of the service accounts of our namespace."""
        ...
