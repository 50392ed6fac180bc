"""`daypass people`: the only way back for an account whose email changed (law 5)."""

import argparse
from collections.abc import Mapping

from daypass.cli.wiring import ledger, me
from daypass.domain.ids import PersonId
from daypass.usecases.requests.confirm import Confirm, confirm


def confirm_email(given: argparse.Namespace, environ: Mapping[str, str]) -> str:
    """Pin an account to its new email in the store that the settings name."""
    command = Confirm(actor=me(), person=PersonId(given.person), email=given.email)
    pin = confirm(command, ledger(environ))
    return f"{pin.id} is trusted as {pin.email} from now on."
