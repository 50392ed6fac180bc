"""Clusters that nobody of ours watches: somebody has the duty all the time, and does nothing."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Final

from daypass.adapters.redis import keys
from daypass.adapters.redis.client import connect
from daypass.adapters.redis.heartbeats import RedisHeartbeats
from daypass.ports import DUTY_HELD, watch_of

_RENEWED: Final = DUTY_HELD.total_seconds() / 3
"""Seconds from one word to the next: one that would last longer is taken for none."""


@contextmanager
def unwatched(url: str, clusters: Collection[str]) -> Iterator[None]:
    """Inside, the store at that address says that another watches these clusters."""
    over = Event()
    with connect(url) as client:
        duties = RedisHeartbeats(client)
        for cluster in clusters:  # From whoever has it now.
            client.set(keys.duty(watch_of(cluster)), "nobody", px=DUTY_HELD)

        def hold() -> None:
            while True:
                for cluster in clusters:
                    duties.take_duty(watch_of(cluster), "nobody")
                if over.wait(_RENEWED):
                    return

        holder = Thread(target=hold, name="unwatched", daemon=True)
        holder.start()
        try:
            yield
        finally:
            over.set()
            holder.join()
