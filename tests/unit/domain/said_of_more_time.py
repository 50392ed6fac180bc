"""What people read where a lease's end cannot be moved as they want it."""

from datetime import timedelta

from daypass.domain import reasons as no
from daypass.domain.reasons import Reason

HOUR = timedelta(hours=1)

SAID_OF_MORE_TIME: list[tuple[Reason, str]] = [
    (
        no.NotGrantedYet(lease="x-1"),
        "Lease x-1 is still being granted; its end can be moved once it is.",
    ),
    (
        no.TakenOver(lease="x-1"),
        (
            "Lease x-1 was taken over from the cluster after Daypass had lost its memory; "
            "it cannot be extended. Ask for access again."
        ),
    ),
    (
        no.Renamed(lease="x-1", cluster="prod", was="alice", now="alice.new"),
        (
            "Lease x-1 was given to the user alice of prod, and its holder is alice.new there by "
            "now; it cannot be extended. Ask for access again."
        ),
    ),
    (
        no.MovedTooOften(lease="x-1", most=100),
        (
            "The end of lease x-1 was moved 100 times, and no more is kept of one lease. "
            "Released or revoked it ends; then ask for access again."
        ),
    ),
    (no.BeingExtended(lease="x-1"), "Lease x-1 is being extended already."),
    (
        no.ExtensionAsked(lease="x-1", request="y"),
        "More time for lease x-1 is asked for already: request y.",
    ),
    (
        no.TooLongInAll(lease="x-1", total=25 * HOUR, most=24 * HOUR, left=2 * HOUR),
        "Lease x-1 would last 1d1h in all; 1d is the most. It can have 2h more.",
    ),
    (
        no.TooLongInAll(lease="x-1", total=5 * HOUR, most=HOUR, left=-HOUR),
        "Lease x-1 would last 5h in all; 1h is the most. It can have nothing more.",
    ),
    (
        no.NobodyToAsk(lease="x-1", left=HOUR),
        (
            "Somebody else decided when lease x-1 ends, and its workflow has nobody who could say "
            "yes to more. It can have 1h more; once it is over ask for access again."
        ),
    ),
    (
        no.NobodyToAsk(lease="x-1", left=timedelta(0)),
        (
            "Somebody else decided when lease x-1 ends, and its workflow has nobody who could say "
            "yes to more. It can have nothing more; once it is over ask for access again."
        ),
    ),
    (
        no.NothingLeft(lease="x-1", left=HOUR),
        (
            "Lease x-1 has 1h left; to end it at once there are “release” for its holder "
            "and “revoke” for approvers."
        ),
    ),
]
