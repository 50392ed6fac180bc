"""Keep rows: some promises must always stand, also in a store that has lost everything."""

from datetime import datetime

from daypass.ports import TIMEKEEPER, Ledger, Promise, PromiseKind


def keep_rows(ports: Ledger) -> None:
    """Make sure that each cluster will be reconciled and what is old forgotten; each second.

    Without it nobody would look at a cluster again after Redis was emptied under running workers.
    """
    now = ports.clock.now()
    looks = (look_row(cluster, now) for cluster in ports.catalog.clusters)
    ports.clock.ensure(*looks, retain_row(now))


def look_row(cluster: str, at: datetime) -> Promise:
    """Promise to reconcile a cluster."""
    return Promise(due=cluster, kind=PromiseKind.RECONCILE, subject=cluster, at=at)


def retain_row(at: datetime) -> Promise:
    """Promise to forget what is older than it has to be kept."""
    return Promise(due=TIMEKEEPER, kind=PromiseKind.RETAIN, subject="", at=at)
