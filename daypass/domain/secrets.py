"""What a token or a key looks like, so that none is stored, shown or logged (law 9).

Forms are anchored: where a letter or digit stands before one, it is the middle of a name. Each
wants what its issuer's own format always has and a Kubernetes name never: capitals, underscores,
runs of digits.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

from daypass.domain.unseen import unseen

_START: Final = r"(?<![A-Za-z0-9])"
_CAPITAL: Final = r"(?=[\w-]{0,100}[A-Z_])"
"""Kubernetes names have neither; twenty random characters without either are one in 30,000. What
looks ahead, or may fail far on, is bounded: many beginnings take no square of a text's length."""
_DASHES: Final = "[-‐‑‒–—]"  # noqa: RUF001 - Keyboards join the hyphens around BEGIN.

# Lengths and alphabets are those of the issuers' documentation and of gitleaks' default rules.
FORMS: Final[Mapping[str, str]] = {
    "Slack token": (
        r"xox[a-z](?:\.xox[a-z])?-\d[\w%-]{8,}"
        r"|xoxd-[\w%+/=-]{20,}"
        r"|xapp-\d-[A-Z0-9]{5,}-\d{5,}-\w{10,}"
    ),
    "Slack webhook": (
        r"hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/[A-Z]\w{5,}/[\w/]+"
    ),
    "GitHub token": r"gh[opsur]_[A-Za-z0-9]{30,}|github_pat_\w{22,}",
    "GitLab token": (
        r"gl(?:agent|cbt|dt|ffct|ft|imt|oas|pat|ptt|rtr?|soat|wt)-"
        rf"{_CAPITAL}[\w-]{{20,}}(?:\.\w+)*"
    ),
    "AWS access key": r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?![A-Za-z0-9])",
    "Google key": r"AIza[\w-]{35}|ya29\.[\w-]{20,}|GOCSPX-[\w-]{20,}",
    "Azure secret": r"\w{3}\dQ~[\w.~-]{31,34}",
    "Vault token": rf"hv[bsr]\.{_CAPITAL}[\w-]{{20,}}",
    "npm token": r"npm_[A-Za-z0-9]{36}",
    "PyPI token": r"pypi-AgE[\w-]{40,}",
    "Docker Hub token": rf"dckr_[op]at_{_CAPITAL}[\w-]{{20,}}",
    "JSON web token": r"eyJ[\w-]{10,1000}\.[\w-]{4,8000}\.[\w-]*",
    "private key": (
        rf"{_DASHES}{{1,5}}\s?BEGIN [A-Z0-9 ]{{0,30}}PRIVATE KEY"
        rf"(?:[\s\S]*?END [A-Z0-9 ]{{0,30}}PRIVATE KEY(?: BLOCK)?{_DASHES}*|[\s\S]*)"
        # The same in base64, as a kubeconfig holds it; certificates begin otherwise.
        r"|LS0tLS1CRUdJTi(?:BQUklWQVRF|BSU0EgUFJJ|BFQyBQUkl|BPUEVOU1NI|BFTkNSWVBU)[\w+/=]*"
        r"|AGE-SECRET-KEY-1[A-Z0-9]{20,}"
    ),
    # User (an e-mail address, maybe) to the first colon, password to the last @ before a host, or a
    # path, or what stands for one. A host's port, path and query are no password, nor is an image's
    # tag before its digest.
    "password in an address": (
        r"[A-Za-z][A-Za-z0-9+.-]{0,20}://(?!\[)[^\s/:?#]*+:(?!\d{1,5}(?:[/?#,]|$))\S{1,2000}@"
        r"(?!sha256:[0-9a-f]{8})(?=\S)"
    ),
}
_ANY: Final = re.compile(
    "|".join(f"(?P<form{n}>{_START}(?:{form}))" for n, form in enumerate(FORMS.values())), re.ASCII
)
_KINDS: Final = dict(zip((f"form{n}" for n in range(len(FORMS))), FORMS, strict=True))


def secret_in(text: str) -> str:
    """Name the first kind of secret that stands in a text; empty where none does."""
    found = _ANY.search(_bare(text))
    return _KINDS[found.lastgroup or ""] if found else ""


def without_secrets(text: str, instead: str) -> str:
    """Return the text with `instead` in the place of each secret."""
    bare = _bare(text)
    return _ANY.sub(lambda _: instead, bare) if _ANY.search(bare) else text


def _bare(text: str) -> str:
    """Leave out what no reader sees: what is shown, or copied, is whole again without it."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(letter for letter in text if letter.isspace() or not _left_out(letter))


def _left_out(one: str) -> bool:
    return unseen(one) or unicodedata.category(one) == "Mn"
