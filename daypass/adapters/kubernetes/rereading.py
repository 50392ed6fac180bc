"""Files that are replaced while we run: tokens, certificates, authorities, kubeconfigs.

Not everybody replaces a file in one step. So what is wrong with one may pass: what it said when it
was whole is kept, and only where nothing is known yet a call fails, for now.
"""

import codecs
import math
import os
import re
import ssl
import stat
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Final, Generic, TypeVar

import structlog

from daypass.domain.errors import OutsideError, TemporaryOutsideError

LOOK_EVERY: Final = 2.0
"""Seconds between two looks at a file."""
MOST: Final = 1 << 20
"""Bytes of a file: all authorities of a system have a quarter, and YAML of more takes a processor
for longer than a call may take."""
_MARKS: Final = {
    codecs.BOM_UTF8: "begins with a byte order mark",
    codecs.BOM_UTF16_LE: "is UTF-16",
    codecs.BOM_UTF16_BE: "is UTF-16",
}
_TOKEN: Final = re.compile(r"[!-~]+")
"""Anything else would not pass as a header (RFC 6750 allows less)."""
_log = structlog.get_logger()
_T = TypeVar("_T")


class Reread(Generic[_T]):
    """What files mean together, read again every two seconds; safe to use from several threads.

    `parse` is given what each holds, and raises OutsideError where that means nothing. One thread
    reads, and what it found is parsed once, damaged or not: others go on with what was good.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        parse: Callable[..., _T],
        ticks: Callable[[], float] = monotonic,
    ) -> None:
        self._paths = paths
        self._parse = parse
        self._ticks = ticks
        self._seen: tuple[bytes, ...] | None = None
        self._good: _T | None = None
        self._fault: OutsideError = TemporaryOutsideError(f"{paths[0]} was never read")
        self._look_at = -math.inf
        self._looking = Lock()

    def current(self) -> _T:
        """Return what they last meant; raises OutsideError with what is wrong if they never did."""
        if self._ticks() >= self._look_at and self._looking.acquire(blocking=self._good is None):
            try:
                if self._ticks() >= self._look_at:  # Else another thread has looked.
                    self._look()
            finally:
                self._looking.release()
        if self._good is None:
            raise self._fault
        return self._good

    def renew(self) -> None:
        """Read them at once: somebody does not take what they meant any more."""
        with self._looking:
            self._look()

    def _look(self) -> None:
        seen, self._seen = self._seen, None
        try:
            contents = tuple(map(_content, self._paths))
            self._seen = contents
            if contents != seen:
                self._good = self._parse(*contents)
        except OutsideError as error:
            self._say(error)
        self._look_at = self._ticks() + LOOK_EVERY

    def _say(self, fault: OutsideError) -> None:
        """Tell the log once, for calls go on with what was good."""
        if self._good is not None and str(fault) != str(self._fault):
            _log.warning(
                "cluster.file_damaged", fault=str(fault), now="its last good state is used"
            )
        self._fault = fault


def token_in(path: Path, content: bytes) -> str:
    """Return the token that is all of a file; TemporaryOutsideError says what it is instead."""
    return checked_token(path, ascii_in(path, content).strip())


def checked_token(path: Path | str, token: str) -> str:
    """Return the token; a call without one would be anonymous, one that is cut is no header."""
    if not token:
        raise TemporaryOutsideError(f"there is no token in {path}")
    if not _TOKEN.fullmatch(token):
        raise TemporaryOutsideError(
            f"{path} holds spaces or control characters inside the token; write the token alone"
        )
    return token


def authority_in(path: Path, content: bytes) -> str:
    """Return certificates in PEM; TemporaryOutsideError where one is missing or cut."""
    return checked_authority(path, ascii_in(path, content))


def checked_authority(path: Path, text: str) -> str:
    """Return the certificates if TLS can read them all."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=text)
    except (ssl.SSLError, ValueError) as error:
        raise TemporaryOutsideError(f"{path} holds no whole certificate in PEM") from error
    return text


def _content(path: Path) -> bytes:
    try:
        content = _beginning(path)
    except OSError as error:
        raise TemporaryOutsideError(f"{path} cannot be read: {error.strerror}") from error
    if len(content) > MOST:
        raise TemporaryOutsideError(f"{path} has more than {MOST >> 20} MiB")
    return content


def _beginning(path: Path) -> bytes:
    """Return a file, or more than MOST of it; nobody waits for who may write into a pipe."""
    file = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise TemporaryOutsideError(f"{path} is no file that ends; write a regular one")
        with os.fdopen(file, "rb", closefd=False) as regular:
            return regular.read(MOST + 1)
    finally:
        os.close(file)


def ascii_in(path: Path, content: bytes) -> str:
    """Return the text of a file; TemporaryOutsideError says what it is instead."""
    for mark, what in _MARKS.items():
        if content.startswith(mark):
            raise TemporaryOutsideError(f"{path} {what}; save it as plain ASCII text")
    try:
        return content.decode("ascii")
    except UnicodeDecodeError as error:
        raise TemporaryOutsideError(f"{path} is not plain ASCII text") from error
