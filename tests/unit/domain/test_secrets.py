"""A secret is known by its form, and a name that only looks like a part of one is left alone."""

import pytest

from daypass.domain.secrets import FORMS, secret_in, without_secrets

MIXED = "aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zA1bC2dE3fG4hI5jK6lM7nO8pQ9rS0tU1vW2xY3z"
HIDDEN = "…"


def base32(length: int) -> str:
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[:length]


# Written in pieces: whoever scans this file for secrets is to find none.
SECRETS = [
    ("Slack token", "xoxb-" + "123456789012-1234567890123-" + MIXED[:24]),
    ("Slack token", "xoxp-" + "123456789012-123456789012-" + MIXED[:32]),
    ("Slack token", "xoxe.xoxp-" + "1-" + MIXED),
    ("Slack token", "xoxe-" + "1-" + MIXED),
    ("Slack token", "xoxd-" + MIXED[:30] + "%2F%2B" + MIXED[:20]),
    ("Slack token", "xapp-" + "1-A012ABCDEFG-123456789012-" + "0a1b2c3d" * 8),
    ("Slack webhook", "https://hooks.slack.com/" + "services/T01234567/B01234567/" + MIXED[:24]),
    ("Slack webhook", "https://hooks.slack-gov.com/" + "workflows/T01234567/A0123/1/" + MIXED[:24]),
    *[("GitHub token", f"gh{one}_" + MIXED[:36]) for one in "opsur"],
    ("GitHub token", "github_" + "pat_" + MIXED[:22] + "_" + MIXED[:59]),
    *[
        ("GitLab token", f"gl{one}-" + MIXED[:20])
        for one in ("pat", "dt", "rt", "rtr", "cbt", "ptt", "ft", "imt", "agent", "soat", "oas")
    ],
    ("GitLab token", "glpat-" + MIXED[:30] + ".01.0w" + "1abcdef"),
    *[("AWS access key", one + base32(16)) for one in ("AKIA", "ASIA", "ABIA", "ACCA")],
    ("Google key", "AIza" + MIXED[:35]),
    ("Google key", "ya29." + MIXED),
    ("Google key", "GOCSPX-" + MIXED[:28]),
    ("Azure secret", "aB3" + "8Q~" + MIXED[:34]),
    ("Vault token", "hvs." + MIXED[:24]),
    ("npm token", "npm_" + MIXED[:36]),
    ("PyPI token", "pypi-" + "AgEIcHlwaS5vcmc" + MIXED),
    ("Docker Hub token", "dckr_" + "pat_" + MIXED[:27]),
    ("JSON web token", "eyJ" + "hbGciOiJSUzI1NiJ9." + "eyJ" + "zdWIiOiJ4In0." + MIXED[:43]),
    ("JSON web token", "eyJ" + "hbGciOiJSUzI1NiJ9." + "eyJ" + "zdWIiOiJ4In0."),
    *[
        ("private key", f"-----BEGIN {kind}PRIVATE KEY")
        for kind in ("", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED ")
    ],
    ("private key", "——-BEGIN PGP PRIVATE KEY BLOCK"),
    ("private key", "LS0tLS1CRUdJTi" + "BSU0EgUFJJVkFURSBLRVktLS0tLQo="),
    ("private key", "LS0tLS1CRUdJTi" + "BQUklWQVRFIEtFWS0tLS0tCg=="),
    ("private key", "AGE-SECRET-KEY-" + "1" + base32(32)),
    ("password in an address", "postgres://app:" + "hunter2@db.prod:5432/app"),
    ("password in an address", "redis://:" + "hunter2@redis:6379"),
    ("password in an address", "smtp://alice@example.com:" + "hunter2@mail.example.com"),
    ("password in an address", "postgres://app:" + "abc/def+gh=hunter2@db.example.com/x"),
    ("password in an address", "postgres://app:" + "p@sshunter2@db.example.com/x"),
    ("password in an address", "postgres://app:" + "hunter2@p/ss@db.example.com/x"),
    ("password in an address", "amqp://guest:" + "hunter2@[::1]:5672"),
    ("password in an address", "postgresql://admin:" + "hunter2@/orders?host=/run"),
    ("password in an address", "postgres://admin:" + "hunter2@übung.example/db"),
    ("password in an address", "postgres://admin:" + "hunter2@$DB_HOST/db"),
    ("password in an address", "https://admin:" + "hunter2@{{ host }}/x"),
    ("password in an address", "docker://bob:" + "hunter2@registry/nginx:1.25@sha256:0123abcd"),
]
NAMES = [
    "deploy/foxapp-api",
    "luxapp-7c9d8",
    "xapp-7c9d8",
    "xapp-1-api-7c9d8f6b5-x2x4z",
    "rotate the xoxb- token and the xapp- token",
    "foxoxb-1234567890-ab",
    "ghp_ tokens, github_pat_ tokens and glpat- tokens expire",
    "glrt-frontend-deployment-7c9d8f6b5-x2x4z",
    "glpat-" + "frontend-deployment-7c9d8f6b5",
    "mygho_" + MIXED[:36],
    "AKIA",
    "role AROA" + base32(16) + " of user AIDA" + base32(16),
    "AKIAMARU-2026",
    "ASIA" + base32(17) + "X",
    "MANUFAKTURASIA" + base32(12),
    "https://grafana:3000/d/x?by=bob@example.com",
    "https://grafana:3000?to=bob@example.com",
    "https://grafana.example.com?panel=a:b@c.d",
    "https://x.example.com:443,bob@example.com",
    "https://user@git.example.com/x.git",
    "http://[::1]:3000/d/x?by=bob@example.com",
    "docker://nginx:1.25@sha256:" + "0a1b2c3d" * 8,
    "docker://registry:5000/nginx:1.25@sha256:" + "0a1b2c3d" * 8,
    "mailto:bob@example.com",
    "pods of hvs. and of s3://bucket",
    "keyJson.of.the.app",
    "-----BEGIN CERTIFICATE-----",
    "-----BEGIN PUBLIC KEY-----",
    "LS0tLS1CRUdJTi" + "BDRVJUSUZJQ0FURS0tLS0t",
    "sha256:" + "0a1b2c3d" * 8,
    "0a1b2c3d" * 5,
    "pypi-server npm_config_registry dckr_pat_",
    "INC-42, see https://hooks.slack.com/ in the docs",
    "k7q2m9x4t1bd-1",
]


@pytest.mark.parametrize(("kind", "secret"), SECRETS)
@pytest.mark.parametrize("around", ["{}", "use {} now", "token={}, please", "“{}”", "({})"])
def test_secret_is_known_by_its_form(kind: str, secret: str, around: str) -> None:
    """Wherever it stands in a reason it is named by its kind, and nothing is left of it."""
    text = around.format(secret)
    assert secret_in(text) == kind
    left = without_secrets(text, HIDDEN)
    assert ("hunter2" if "hunter2" in secret else secret[-8:]) not in left
    assert secret_in(left) == ""


@pytest.mark.parametrize(
    "unseen",
    [
        *("\u200d", "\u200c", "\u00ad", "\u2060", "\u3164", "\x01", "\ufe00", "\u2065"),
        *("\ufff0", "\ufff8", "\ufffc", "\U0001d159", "\U000e0002", "\U000e0fff"),
    ],
    ids=ascii,
)
@pytest.mark.parametrize(("kind", "secret"), SECRETS)
def test_secret_is_known_through_what_nobody_sees(kind: str, secret: str, unseen: str) -> None:
    """A card leaves out what is not seen, so a token that it breaks would be whole there."""
    text = f"use {secret[:-4]}{unseen}{secret[-4:]}"
    assert secret_in(text) == kind
    left = without_secrets(text, HIDDEN)
    assert ("hunter2" if "hunter2" in secret else secret[-8:]) not in left


@pytest.mark.parametrize(
    "text", ["Ŝi amas 👩\u200d👩\u200d👧", "\u0645\u06cc\u200c\u062e", "one\ntwo"]
)
def test_text_without_a_secret_is_left_as_it_is(text: str) -> None:
    """What joins letters or emoji is a part of what was typed."""
    assert secret_in(text) == ""
    assert without_secrets(text, HIDDEN) == text


def test_key_is_hidden_with_all_that_belongs_to_it() -> None:
    """Hiding the words above a key would leave the key."""
    key = f"-----BEGIN RSA PRIVATE KEY----- {MIXED} {MIXED}"
    assert without_secrets(f"use {key} -----END RSA PRIVATE KEY----- now", HIDDEN) == "use … now"
    assert without_secrets(f"use {key}", HIDDEN) == "use …"


@pytest.mark.parametrize("name", NAMES)
def test_name_that_looks_like_a_part_of_a_secret_is_none(name: str) -> None:
    """A pod, a hash, an address or a word about tokens may stand in a reason."""
    assert secret_in(name) == ""
    assert without_secrets(name, HIDDEN) == name


@pytest.mark.parametrize(
    "beginning", ["glpat-", "-eyJ0123456789", "hvs.", "a://", "a://:", "a://a:", "a://a:@ "]
)
def test_text_of_many_beginnings_is_read_in_one_go(beginning: str) -> None:
    """Each is tried so far as a secret may be long, not to the end: nobody holds up a process."""
    assert secret_in(beginning * 5_000) == ""


def test_each_form_has_a_test() -> None:
    """A form that was added without both sides tried may refuse what people need to say."""
    assert {kind for kind, _ in SECRETS} == set(FORMS)
