"""`daypass key`: a new key, for the MAC on every object or for the audit trail."""

import argparse
import base64
import secrets
from collections.abc import Mapping

from daypass.environment import KEY_BYTES


def make(_given: argparse.Namespace, _environ: Mapping[str, str]) -> str:
    """Return a new random key as DAYPASS_MAC_KEY and DAYPASS_AUDIT_KEY take it; kept nowhere."""
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode("ascii")
