"""Sentences of the reasons that are about what a level allows on a cluster."""

from daypass.domain import reasons as no
from daypass.domain.reasons import Reason

SAID_OF_RISKS: list[tuple[Reason, str]] = [
    (
        no.TooRisky(level="ops", workflow="w", risks=("read secrets", "run commands in pods")),
        "With ops one can read secrets and run commands in pods, which workflow “w” refuses.",
    ),
    (
        no.RoleChanged(changes=("What ops allows was changed on the cluster.",)),
        (
            "What ops allows was changed on the cluster. Nothing was approved: every yes up to now "
            "was for what it was before. Read the card again, which says what it is now, and "
            "answer anew."
        ),
    ),
    (
        no.OldCard(),
        (
            "What this request is about was changed meanwhile. Only a button that stands beside "
            "what it is now says yes to it: read its card again, the newest if there are several, "
            "and answer there."
        ),
    ),
    (
        no.ReadAgain(),
        (
            "What this request is about was changed a moment ago; its card says so, or is about "
            "to. Read it again, and answer then."
        ),
    ),
]
