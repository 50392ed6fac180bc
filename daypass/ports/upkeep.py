"""What an administrator's terminal asks of a cluster; nothing of it changes anything."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

Manifest = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """What a server says of itself: its version, and what time it has, if it says so."""

    version: str
    at: datetime | None


class Inspector(Protocol):
    """One API server, looked at by whoever runs the command; safe to use from several threads.

    Raises OutsideError; of what may not be read it says so by the name of its kind.
    """

    def probe(self) -> None:
        """Ask for next to nothing; raises OutsideError when the server does not answer."""
        ...

    def server(self) -> Server:
        """Return what the server says of itself."""
        ...

    def servers(self) -> int | None:
        """Count the API servers; None where we may not."""
        ...

    def refusal(self, manifest: Manifest) -> str:
        """Return with which words a new object would be refused, "" if it would be made.

        It is not made: the server goes through all that it does before it writes.
        """
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
