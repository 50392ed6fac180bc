"""Offboarding: who asks Slack says whose lease is to end; who writes leases ends it."""

from dataclasses import dataclass

from daypass.domain.ids import LeaseId


@dataclass(frozen=True, slots=True, kw_only=True)
class Offboarding:
    """A lease that its holder may not have any more, and why: words for people."""

    lease: LeaseId
    why: str
