"""What a plugin is told, what it may answer, and that no secret of it is ever shown."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from daypass.adapters.kubernetes.plugin import GROUP, asked
from daypass.domain.access import Plugin
from daypass.domain.errors import TemporaryOutsideError
from tests.authority import Authority
from tests.unit.adapters.kubernetes.plugins import Script, answer

ONE = {"ONE": "1"}
JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ3b3JrZXIifQ.c2lnbmF0dXJl"


@pytest.fixture
def script(tmp_path: Path) -> Script:
    """A plugin."""
    return Script(tmp_path)


def test_gives_token_and_its_end(script: Script) -> None:
    """A time in any zone."""
    script.answers({"token": "t-1", "expirationTimestamp": "2026-12-01T12:00:00+02:00"})
    given = asked(Plugin(command=script.path))
    assert given.credential.token == "t-1"
    assert given.expires == datetime(2026, 12, 1, 10, tzinfo=UTC)


def test_gives_certificate(script: Script, tmp_path: Path) -> None:
    """In PEM as it is, not in base64; with a token or without."""
    own = Authority(tmp_path).issue("worker")
    status = {
        "clientCertificateData": own.certificate.read_text(),
        "clientKeyData": own.key.read_text(),
    }
    script.answers(status)
    identity = asked(Plugin(command=script.path)).credential.identity
    assert identity is not None
    assert identity.certificate == own.certificate.read_text()


def test_is_told_what_is_wanted_and_nothing_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own variables, a PATH, a language and the question: all that `env` finds."""
    monkeypatch.setenv("DAYPASS_MAC_KEY", "secret")
    written = tmp_path / "environment"
    plugin = Plugin(command=Path("/bin/sh"), args=("-c", f"/usr/bin/env > {written}"), env=ONE)
    with pytest.raises(TemporaryOutsideError, match="is no JSON"):
        asked(plugin, {"server": "https://a"})
    found = dict(line.split("=", 1) for line in written.read_text().splitlines())
    told = json.loads(found.pop("KUBERNETES_EXEC_INFO"))
    assert told["spec"] == {"interactive": False, "cluster": {"server": "https://a"}}
    assert (told["apiVersion"], told["kind"]) == (f"{GROUP}v1", "ExecCredential")
    assert set(found) - {"PWD", "SHLVL", "_", "OLDPWD"} == {"PATH", "LANG", "ONE"}


@pytest.mark.parametrize("version", ["v1", "v1beta1"])
def test_takes_the_version_that_was_asked_for(script: Script, version: str) -> None:
    """Both that kubectl takes."""
    script.answers({"token": "t-1"}, version)
    assert asked(Plugin(command=script.path, version=version)).credential.token == "t-1"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "what it printed is no JSON"),
        ("token: x", "what it printed is no JSON"),
        ("[" * 100_000, "what it printed is no JSON"),
        ("[]", "what it printed is no ExecCredential"),
        ('{"kind": "Status"}', "what it printed is no ExecCredential"),
        (json.dumps(answer({"token": "x"}, "v1beta1")), "for version v1 .* answered with v1beta1"),
        (json.dumps(answer({"token": "x"}, "v2")), "for version v1 .* answered with another"),
        (json.dumps(answer({})), "neither a token nor a client certificate"),
        (json.dumps({**answer({}), "status": "x"}), "its answer has no status"),
        (json.dumps(answer({"token": 1})), "token in its answer is no text"),
        (json.dumps(answer({"token": "a b"})), "its answer holds spaces or control characters"),
        (json.dumps(answer({"clientKeyData": "x"})), "no certificate and the key that belongs"),
        (json.dumps(answer({"clientKeyData": "€" * 30_000}), ensure_ascii=False), "than 32 KiB"),
        (json.dumps(answer({"clientKeyData": "\ud800"})), "no certificate and the key that bel"),
        (
            json.dumps(answer({"token": "x", "expirationTimestamp": "soon"})),
            "expirationTimestamp in its answer is no time",
        ),
        (
            json.dumps(answer({"token": "x", "expirationTimestamp": "2026-12-01T12:00:00"})),
            "expirationTimestamp in its answer has no time zone",
        ),
    ],
)
def test_says_what_is_wrong_with_an_answer(script: Script, text: str, said: str) -> None:
    """Which plugin, what is wrong, what to do; nothing of what it printed."""
    script.prints(text)
    with pytest.raises(TemporaryOutsideError, match=said) as raised:
        asked(Plugin(command=script.path))
    assert f"the plugin {script.path} gave no credential: " in str(raised.value)
    assert str(raised.value).endswith("; run it by hand as the worker's user and see")


ARGS = ("get-token", "--client-secret=joined-word", "--password", "next-word")


@pytest.mark.parametrize(
    "secret",
    [
        JWT,
        "k8s-aws-v1.aHR0cHM6Ly9zdHMuZXUuYW1hem9uYXdzLmNvbS8",
        "AKIAIOSFODNN7EXAMPLE",
        "of-its-env",
        "joined-word",
        "next-word",
        "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\n-----END EC PRIVATE KEY-----",
    ],
)
def test_shows_no_secret_when_it_complains(script: Script, secret: str) -> None:
    """How it ended, and its words in one line, cut, without what may be a secret."""
    script.prints(JWT, complaint=f"expired:\n token={secret}\n{'no ' * 500}", code=7)
    with pytest.raises(TemporaryOutsideError) as raised:
        asked(Plugin(command=script.path, env={"SECRET": "of-its-env"}, args=ARGS))
    text = str(raised.value)
    assert "gave no credential: exit code 7, “expired: " in text
    assert "***" in text
    assert len(text) < 500 + len(str(script.path))
    assert secret not in text
    assert JWT not in text
    assert "MHcCAQEE" not in text


def test_says_which_signal_ended_it() -> None:
    """A plugin that is killed says nothing itself."""
    with pytest.raises(TemporaryOutsideError, match="gave no credential: signal 9; run it"):
        asked(Plugin(command=Path("/bin/sh"), args=("-c", "kill -9 $$")))


def test_is_killed_when_it_hangs() -> None:
    """In the time that the configuration gives it."""
    plugin = Plugin(command=Path("/bin/sleep"), args=("1000",), timeout=timedelta(milliseconds=200))
    with pytest.raises(TemporaryOutsideError, match=r"it did not end within 0\.2 s"):
        asked(plugin)
