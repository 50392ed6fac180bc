"""Usernames as platforms make them, by a word: `gke`, `oidc:PREFIX`. Each is a template."""

import re
from difflib import get_close_matches
from enum import StrEnum
from typing import Final

from daypass.domain.template import LOWER, SESSION

_ROLE: Final = re.compile(r"arn:(aws[a-z-]*):iam::(\d{12}):role/(?:[!-~]+/)?([\w+=,.@-]{1,64})")
_ROLE_IS: Final = "arn:aws:iam::ACCOUNT:role/NAME"
_NO_PREFIX: Final = "-"
"""What `--oidc-username-prefix` says where names have none."""


class Preset(StrEnum):
    """A platform's way to name people; what follows the word after a colon is its value."""

    EKS_ACCESS_ENTRY = "eks-access-entry"
    AWS_AUTH_SESSION = "aws-auth-session"
    GKE = "gke"
    AKS = "aks"
    OIDC = "oidc"


VALUES: Final = {Preset.EKS_ACCESS_ENTRY: "ROLE-ARN", Preset.OIDC: "PREFIX"}
"""What stands for the value of those presets that need one."""
OFFERED: Final = tuple(f"{one}:{VALUES[one]}" if one in VALUES else str(one) for one in Preset)
"""Every preset as it is written."""


class PresetError(ValueError):
    """What is wrong with a preset; what would be right."""


def is_preset(text: str) -> bool:
    """Whether a text without fields is meant as a preset, be it complete or not."""
    return text.partition(":")[0].strip().lower() in list(Preset)


def near_preset(text: str) -> str:
    """Return the preset that a text may have been meant as, as it is written; empty for none."""
    near = get_close_matches(text.partition(":")[0].lower(), list(Preset), n=1, cutoff=0.75)
    return next((one for one in OFFERED if near and one.partition(":")[0] == near[0]), "")


def template_of(text: str, *, lower: bool = False) -> str:
    """Return the template that a preset is, with ASCII letters of the email small if so wanted.

    Raises PresetError where it is incomplete.
    """
    word, colon, value = text.partition(":")
    if word not in list(Preset):
        raise PresetError(f"“{text}” is no preset; write one of {', '.join(OFFERED)}")
    preset = Preset(word)
    email = f"{{email:{LOWER}}}" if lower else "{email}"
    match preset:
        case Preset.OIDC:
            return _prefix(value, text) + email
        case Preset.EKS_ACCESS_ENTRY:
            return f"{_assumed(value, text)}/{email}"
        case _ if colon:
            raise PresetError(f"“{text}” has a value, and {preset} takes none; write {preset}")
        case Preset.AWS_AUTH_SESSION:
            return f"{{email:{SESSION}:{LOWER}}}" if lower else f"{{email:{SESSION}}}"
        case _:
            return email


def _prefix(value: str, text: str) -> str:
    if not value:
        raise PresetError(
            f"“{text}” has no prefix; write oidc:PREFIX with what the API server's "
            f"--oidc-username-prefix says, or oidc:{_NO_PREFIX} where names have none"
        )
    if not value.isprintable() or value != value.strip() or set(value) & set("{}"):
        raise PresetError(
            f"“{text}” has a prefix with a brace, or a space at an end; write a text with {{email}}"
        )
    return "" if value == _NO_PREFIX else value


def _assumed(value: str, text: str) -> str:
    """Return the ARN of a session of that role without its name: the role's path is not in it."""
    if not value:
        raise PresetError(
            f"“{text}” does not say which role people assume; write eks-access-entry:{_ROLE_IS}"
        )
    found = _ROLE.fullmatch(value)
    if found is None:
        raise PresetError(
            f"“{value}” is no role of IAM; write {_ROLE_IS}, with the account's twelve digits"
        )
    partition, account, name = found.groups()
    return f"arn:{partition}:sts::{account}:assumed-role/{name}"
