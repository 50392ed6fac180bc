"""A request is one write, so that it costs one."""

from typing import Any

import pytest

from daypass.adapters.kubernetes.in_one_piece import InOnePiece


class Written:
    """A socket that keeps what was written to it, write by write."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def settimeout(self, seconds: float | None) -> None:
        """Wait no longer than that."""

    def sendall(self, piece: bytes) -> None:
        """Keep it."""
        self.pieces.append(piece)

    def close(self) -> None:
        """Be closed."""


class Broken(Written):
    """One whose other end is gone."""

    def sendall(self, piece: bytes) -> None:
        """Say so."""
        raise BrokenPipeError(piece)


def over(written: Any) -> InOnePiece:
    """Return a connection that is open."""
    made = InOnePiece("127.0.0.1")
    made.sock = written
    return made


@pytest.mark.parametrize("body", ['{"a": 1}', None], ids=["body", "no body"])
def test_request_is_written_at_once(body: str | None) -> None:
    """Its headers and its body, in their order."""
    written = Written()
    over(written).request("POST", "/apis", body=body, headers={"Accept": "*/*"})
    (piece,) = written.pieces
    head, _, rest = piece.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /apis HTTP/1.1\r\n")
    assert b"Accept: */*" in head
    assert rest == (body or "").encode()


def test_what_cannot_be_written_is_written_by_no_later_request() -> None:
    """Nothing of it is left for whoever uses the connection next."""
    made = over(Broken())
    with pytest.raises(BrokenPipeError):
        made.request("POST", "/first", body="x")
    with pytest.raises(ValueError, match="Method"):
        made.request("PO ST", "/second")
    made.close()
    written: Any = Written()
    made.sock = written
    made.request("GET", "/third")
    (piece,) = written.pieces
    assert piece.startswith(b"GET /third HTTP/1.1")
    assert b"first" not in piece
