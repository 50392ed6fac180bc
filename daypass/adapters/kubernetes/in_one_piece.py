"""A request goes out in one piece: its headers, and a body that is as short as ours are.

`http.client` writes one after the other: two calls of the kernel, two records of TLS, and two reads
by the server, for each call.
"""

from typing import Any

from urllib3.connection import HTTPConnection


class InOnePiece(HTTPConnection):
    """A connection that holds back what a request writes until all of it is there."""

    _held: list[bytes] | None = None

    def request(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - What theirs takes.
        """Send a request; raises what the library raises."""
        self._held = []
        try:
            super().request(*args, **kwargs)
            whole = b"".join(self._held)
        finally:
            self._held = None
        self.send(whole)

    def send(self, data: Any) -> None:  # noqa: ANN401 - What theirs takes.
        """Write to the socket, or hold it back."""
        if self._held is None:
            super().send(data)
        else:
            self._held.append(data)
