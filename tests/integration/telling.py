"""What the notifications worker has promised to see to: made due at once, and when it is due."""

from datetime import UTC, datetime, timedelta
from typing import Final

from daypass.adapters.redis import keys
from daypass.adapters.redis.client import connect
from daypass.adapters.redis.ids import RandomIds
from daypass.ports import NOTIFICATIONS, Change, Promise, PromiseKind
from tests.whole import Whole

CLAIMED: Final = timedelta(minutes=1)
"""Longer than a claim lasts, shorter than it is between two warnings or reminders here."""


def is_due(whole: Whole, kind: PromiseKind, subject: str) -> None:
    """Promise something for now, as often as one likes."""
    row = Promise(keeper=NOTIFICATIONS, kind=kind, subject=subject, at=whole.clock.now())
    whole.store.commit(Change(move=RandomIds().move(), promises=(row,)))


def promised(whole: Whole, kind: PromiseKind, subject: str) -> datetime | None:
    """Return when something is due, None for never."""
    with connect(whole.stack.valkey.url) as client:
        at = client.zscore(keys.due(NOTIFICATIONS), f"{kind}:{subject}")
    return None if at is None else datetime.fromtimestamp(at / 1_000_000, UTC)


def is_seen_to(whole: Whole, kind: PromiseKind, subject: str) -> None:
    """Make something due, and wait until a worker is done with it for now, not only at it."""
    is_due(whole, kind, subject)

    def is_over() -> bool:
        at = promised(whole, kind, subject)
        return at is None or at > whole.clock.now() + CLAIMED

    whole.until(is_over, f"{kind} of {subject} is seen to")
