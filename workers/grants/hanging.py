"""Namespaces of which nothing is answered in time: they hold no threads that others need.

A webhook of one namespace may hang, with dozens of leases that end there. Each would hold a thread
until its time-out, again and again, and what is due elsewhere would wait for all of them (law 3).
Most webhooks see what is created and changed only: of what is deleted nothing is known from that.
An access review in a namespace goes through all that is bound there: whoever may write there makes
it last as long as they like, for leases that end and come back for their proof again and again.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import Lock
from typing import Final

from daypass.domain.errors import TemporaryOutsideError

SLOW: Final = 2.0
"""Seconds after which what fails has hung: a refusal comes at once."""
FAILURES: Final = 3
"""That hung in one place with no success in between: of fewer it may be the objects."""
REST: Final = 1.0
"""Seconds from one try there to the next, so that it is soon noticed when it is over; or the first
such rest, where each is twice as long as the last."""
TRYING: Final = 4
"""Tries at one time in all such places, and in one that hung of late: a quarter of the threads."""
LONGEST: Final = 120.0
"""Seconds that such a rest becomes at most where it doubles: what is asked goes on in the server
long after nobody waits for it, and many at one time take its processors from every end. No longer
than a grant is tried (PROVISION_DEADLINE), so that each comes to one once that is over."""
KEPT: Final = 60.0
"""Seconds without a try after which a place is forgotten: nothing of ours may be there any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trouble:
    """How often it hung there in a row, and the tick before which nothing more is tried.

    That is a `rest` after the last.
    """

    failed: int = 0
    until: float = 0.0
    rest: float = 0.0

    def after(self, now: float, longest: float, *, tried: bool) -> "_Trouble":
        """Return it with one more that hung until now; what was `tried` after a rest doubles it.

        Of many that hung at one time none was: a server that stood still for a moment rests once.
        """
        known = self if now - self.until < KEPT else _Trouble()
        rest = min(2 * known.rest, longest) if tried else max(known.rest, REST)
        return _Trouble(failed=known.failed + 1, until=now + rest, rest=max(rest, REST))


class Hanging:
    """What is known of the namespaces of a cluster; the empty one has what is in none.

    `what` says what the calls do; up to `longest` seconds it rests where it hung again and again.
    Safe to use from several threads.
    """

    def __init__(
        self,
        name: str,
        ticks: Callable[[], float] = time.monotonic,
        *,
        what: str = "written",
        longest: float = REST,
    ) -> None:
        self._name = name
        self._what = what
        self._longest = longest
        self._ticks = ticks
        self._lock = Lock()
        self._troubles: dict[str, _Trouble] = {}
        self._trying = set[str]()
        self._sent = Counter[str]()

    @contextmanager
    def calling(self, namespace: str) -> Iterator[None]:
        """Call there; raises TemporaryOutsideError at once where that hangs, and it is not time.

        Nothing was sent then.
        """
        self._begin(namespace)
        began, hung, well = self._ticks(), False, False
        try:
            yield
            well = True
        except TemporaryOutsideError:
            hung = self._ticks() - began >= SLOW
            raise
        finally:
            self._note(namespace, hung=hung, well=well)

    def forget(self) -> None:
        """Know nothing more: the whole cluster was away, and is back."""
        with self._lock:
            self._troubles.clear()

    def _begin(self, namespace: str) -> None:
        with self._lock:
            if not self._may(namespace):
                where = f"in {namespace}" if namespace else "outside of namespaces"
                what = f"what is {self._what} {where} is not answered in time"
                raise TemporaryOutsideError(f"{self._name}: {what}; it is tried again and again")
            self._sent[namespace] += 1

    def _may(self, namespace: str) -> bool:
        """Whether to write there now; a few at one time where it hung and nothing succeeded since.

        What was refused says little: whoever's webhook it is may refuse one and let the rest hang.
        """
        there = self._troubles.get(namespace, _Trouble())
        if there.failed < FAILURES:
            return not there.failed or self._sent[namespace] < TRYING
        busy = namespace in self._trying or len(self._trying) >= TRYING
        if busy or self._ticks() < there.until:
            return False
        self._trying.add(namespace)
        return True

    def _note(self, namespace: str, *, hung: bool, well: bool) -> None:
        now = self._ticks()
        with self._lock:
            tried = namespace in self._trying
            self._trying.discard(namespace)
            self._sent -= Counter([namespace])
            there = self._troubles.pop(namespace, _Trouble())
            if hung:
                known = self._troubles.items()
                self._troubles = {name: one for name, one in known if now - one.until < KEPT}
                self._troubles[namespace] = there.after(now, self._longest, tried=tried)
            elif there.failed and (tried or not well):
                self._troubles[namespace] = _doubtful(there)
            if tried and well:
                self._doubt()

    def _doubt(self) -> None:
        """Let all be tried: what it was may have been the others' trouble, too.

        Where it was not the next that hangs is enough, as in the place itself: it may come and go.
        """
        self._troubles = {name: _doubtful(one) for name, one in self._troubles.items()}


def _doubtful(there: _Trouble) -> _Trouble:
    """Return it with one time-out missing, at least, until it is left alone again."""
    return replace(there, failed=min(there.failed, FAILURES - 1))
