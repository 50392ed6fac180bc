"""What is judged of a server itself: its version and its clock. Pure."""

import re
from datetime import datetime, timedelta
from typing import Final

from daypass.domain.duration import write_duration
from daypass.domain.lease import SKEW
from daypass.domain.upkeep.finding import About, Finding

GUARDED: Final = (1, 30)
"""The first version that has a ValidatingAdmissionPolicy as we write it."""
NEWEST: Final = (1, 37)
"""The newest version that Daypass was written for; later ones were not there to be tried."""
_NEAR: Final = timedelta(seconds=2)
"""A server says whole seconds, and an answer takes its time."""
_VERSION: Final = re.compile(r"v(\d{1,4})\.(\d{1,4})")


def version_of(text: str) -> tuple[int, int] | None:
    """Read `v1.36.3`; None where it is no such."""
    read = _VERSION.match(text)
    return (int(read[1]), int(read[2])) if read else None


def is_guarded(text: str) -> bool:
    """Whether a server of that version can be guarded; one that says nothing is taken to."""
    version = version_of(text)
    return version is None or version >= GUARDED


def judged_version(about: About, text: str) -> Finding:
    """Say whether a server is of a version that we know."""
    version = version_of(text)
    if version is None:
        return about.warning(f"the server calls itself {text!r}, which is no version we know")
    if version < GUARDED:
        return about.warning(
            f"the server is Kubernetes {text}, which cannot be guarded: reconcile alone keeps the "
            "laws, within half a minute",
            "update it to 1.30 or later, then apply `daypass rbac` without --no-guard",
        )
    if version > NEWEST:
        newest = ".".join(map(str, NEWEST))
        return about.warning(f"the server is Kubernetes {text}; nobody tried more than {newest}")
    return about.ok(f"the server answers; it is Kubernetes {text}")


def judged_clock(about: About, server: datetime | None, ours: tuple[datetime, datetime]) -> Finding:
    """Say how far a server's clock is off this machine's, read before and after it was asked."""
    if server is None:
        return about.unseen("the server does not say what time it has")
    before, after = ours
    # It wrote its time, in whole seconds, somewhere between the two.
    ahead = max(server - after, timedelta(0))
    behind = max(before - (server + timedelta(seconds=1)), timedelta(0))
    off = max(ahead, behind)
    if off <= _NEAR:
        return about.ok("the server's clock is as this machine's")
    way = "ahead of" if ahead else "behind"
    most = write_duration(SKEW)
    said = (
        f"the server's clock is {write_duration(off)} {way} this machine's; "
        f"where it is more than {most} off that of Redis, grants fail"
    )
    mend = "set both by NTP: `timedatectl set-ntp true` on the hosts, or what your cloud has for it"
    return about.trouble(said, mend) if off > SKEW else about.warning(said, mend)


def judged_servers(about: About, count: int | None, applying: str) -> Finding:
    """Say how many API servers have to confirm each end."""
    if count is None:
        said = "the worker may not count the API servers, so it takes them for one"
        return about.trouble(said, applying)
    if count == 1:
        return about.ok("it has one API server, or one address for all; that confirms each end")
    return about.ok(f"it has {count} API servers; each has to confirm each end")
