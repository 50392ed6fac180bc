"""Settings: each role what it needs, every fault at once, no secret shown."""

import base64
from pathlib import Path
from typing import Final

import pytest

from daypass.domain.errors import SettingsError
from daypass.environment import SLACK_URL
from daypass.settings import (
    BotSettings,
    GrantsSettings,
    NotificationsSettings,
    TimekeeperSettings,
    TrailSettings,
)

KEY: Final = bytes(range(32))
COMMON: Final = {
    "DAYPASS_CONFIG": "/etc/daypass/daypass.yaml",
    "DAYPASS_REDIS_URL": "redis://:pass-word@redis:6379/0",
}
BOT: Final = {
    **COMMON,
    "DAYPASS_SLACK_BOT_TOKEN": "xoxb-1-bottoken",
    "DAYPASS_SLACK_APP_TOKEN": "xapp-1-apptoken",
}
GRANTS: Final = {**COMMON, "DAYPASS_MAC_KEY": KEY.hex()}


def _faults(environ: dict[str, str]) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        BotSettings.read(environ)
    return caught.value.faults


def test_read_takes_defaults_when_only_the_needed_is_set() -> None:
    """Slack's own address and /access need not be written."""
    settings = BotSettings.read(BOT)
    assert settings.config == Path("/etc/daypass/daypass.yaml")
    assert settings.slack_base_url == SLACK_URL
    assert settings.command == "/access"


def test_read_takes_the_id_of_a_workspace() -> None:
    """Whoever asks Slack for user groups may be told of which workspace; a name is no id."""
    named = {**BOT, "DAYPASS_SLACK_WORKSPACE": "T0123ABCD"}
    assert BotSettings.read(named).slack_workspace == "T0123ABCD"
    assert NotificationsSettings.read(named).slack_workspace == "T0123ABCD"
    assert not BotSettings.read(BOT).slack_workspace
    for wrong in ("acme", "E0123ABCD", "T0123abcd", "https://acme.slack.com"):
        (fault,) = _faults({**BOT, "DAYPASS_SLACK_WORKSPACE": wrong})
        assert fault.startswith("DAYPASS_SLACK_WORKSPACE: is no id of a workspace")


def test_read_gives_each_role_its_own_when_all_share_an_environment() -> None:
    """One environment may serve all roles; each takes no more than it needs."""
    everything = {**BOT, **GRANTS, "DAYPASS_PROCESSES": "4"}
    assert GrantsSettings.read(everything).processes == 4
    assert NotificationsSettings.read(everything).slack_bot_token == "xoxb-1-bottoken"
    assert not hasattr(GrantsSettings.read(everything), "slack_bot_token")
    assert not hasattr(NotificationsSettings.read(everything), "mac_key")
    assert not hasattr(BotSettings.read(everything), "mac_key")
    assert TimekeeperSettings.read(everything).redis_url == COMMON["DAYPASS_REDIS_URL"]


def test_read_names_every_fault_when_several_settings_are_wrong() -> None:
    """Nobody starts a process five times to find five mistakes."""
    environ = {
        "DAYPASS_REDIS_URL": "http://redis",
        "DAYPASS_SLACK_BOT_TOKEN": "xapp-1-swapped",
        "DAYPASS_COMMAND": "access",
        "DAYPASS_SLACK_BASEURL": "x",
        "DAYPASS_FROBNICATE": "x",
    }
    expected = """\
DAYPASS_CONFIG: not set; needed is the path of daypass.yaml
DAYPASS_REDIS_URL or DAYPASS_REDIS_URL_FILE: is no Redis address; write redis://HOST:6379/0, \
and in a password %2F for /, %23 for #, %3F for ?, %40 for @
DAYPASS_SLACK_BOT_TOKEN or DAYPASS_SLACK_BOT_TOKEN_FILE: is not the right kind of token; \
it starts with xoxb-
DAYPASS_SLACK_APP_TOKEN or DAYPASS_SLACK_APP_TOKEN_FILE: not set; \
needed is the app-level token, xapp-…
DAYPASS_COMMAND: is no slash command; write /access
DAYPASS_FROBNICATE: there is no such setting; remove it
DAYPASS_SLACK_BASEURL: there is no such setting; did you mean DAYPASS_SLACK_BASE_URL?"""
    assert "\n".join(_faults(environ)) == expected


def test_read_never_quotes_a_value_when_it_may_be_a_secret() -> None:
    """A secret in the wrong place is not printed."""
    faults = _faults({**BOT, "DAYPASS_SLACK_BOT_TOKEN": "hunter2", "DAYPASS_REDIS_URL": "hunter2"})
    assert "hunter2" not in "".join(faults)


@pytest.mark.parametrize(
    "settings",
    [
        BotSettings.read(BOT),
        GrantsSettings.read(GRANTS),
        NotificationsSettings.read(BOT),
        TimekeeperSettings.read(COMMON),
    ],
    ids=lambda one: type(one).__name__,
)
def test_repr_shows_no_secret(settings: object) -> None:
    """Settings may be logged."""
    shown = repr(settings)
    assert not any(secret in shown for secret in ("bottoken", "apptoken", "pass-word", repr(KEY)))


def test_read_takes_a_secret_from_its_file_when_that_is_named(tmp_path: Path) -> None:
    """A secret may be a mounted file; the newline at its end is not part of it."""
    file = tmp_path / "token"
    file.write_text("xoxb-from-file\n", encoding="utf-8")
    environ = {k: v for k, v in BOT.items() if k != "DAYPASS_SLACK_BOT_TOKEN"}
    settings = BotSettings.read({**environ, "DAYPASS_SLACK_BOT_TOKEN_FILE": str(file)})
    assert settings.slack_bot_token == "xoxb-from-file"


def test_read_refuses_both_when_a_secret_is_given_twice(tmp_path: Path) -> None:
    """Which of two would win is nothing to guess about."""
    faults = _faults({**BOT, "DAYPASS_SLACK_APP_TOKEN_FILE": str(tmp_path)})
    fault = "DAYPASS_SLACK_APP_TOKEN and DAYPASS_SLACK_APP_TOKEN_FILE: both are set; keep one"
    assert faults == (f"{fault} of them",)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "cannot be read (No such file or directory)"),
        (b"", "is empty"),
        (b"\xff", "cannot be read (it is not text)"),
    ],
    ids=["missing", "empty", "not-text"],
)
def test_read_names_the_file_when_a_secret_cannot_be_read(
    tmp_path: Path, content: bytes | None, why: str
) -> None:
    """A file that holds no secret is one fault, with its path."""
    file = tmp_path / "token"
    if content is not None:
        file.write_bytes(content)
    environ = {k: v for k, v in BOT.items() if k != "DAYPASS_SLACK_APP_TOKEN"}
    (fault,) = _faults({**environ, "DAYPASS_SLACK_APP_TOKEN_FILE": str(file)})
    assert fault.startswith(f"DAYPASS_SLACK_APP_TOKEN_FILE: {file} {why}")


def test_read_takes_an_empty_value_for_none() -> None:
    """Compose files hand on empty variables; those are not set."""
    environ = {**BOT, "DAYPASS_COMMAND": "", "DAYPASS_SLACK_BOT_TOKEN_FILE": ""}
    assert BotSettings.read(environ).command == "/access"


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:8765/api", "http://localhost:1/api/", "https://[::1]:2/api/", SLACK_URL],
)
def test_read_takes_a_base_url_when_it_is_slacks_or_on_loopback(url: str) -> None:
    """An emulator runs on this machine; the address always ends with a slash."""
    settings = BotSettings.read({**BOT, "DAYPASS_SLACK_BASE_URL": url})
    assert settings.slack_base_url == url.rstrip("/") + "/"


@pytest.mark.parametrize(
    "url",
    [
        "http://slack.com/api/",
        "https://slack.com.evil.example/api/",
        "http://127.0.0.1.evil.example/",
        "http://127.0.0.1@evil.example/",
        "http://10.0.0.1/api/",
        "http://user:word@127.0.0.1/api/",
        "ftp://127.0.0.1/",
        "127.0.0.1:80",
        "http://[::1/",
    ],
)
def test_read_refuses_a_base_url_when_tokens_would_leave_for_elsewhere(url: str) -> None:
    """Slack's tokens go to Slack or stay on this machine."""
    (fault,) = _faults({**BOT, "DAYPASS_SLACK_BASE_URL": url})
    assert fault.startswith("DAYPASS_SLACK_BASE_URL: is not Slack's; leave it out")


@pytest.mark.parametrize(
    "written",
    [KEY.hex(), base64.b64encode(KEY).decode(), base64.urlsafe_b64encode(KEY).decode()],
    ids=["hex", "base64", "urlsafe"],
)
def test_read_decodes_the_key_when_it_is_hex_or_base64(written: str) -> None:
    """However a secret store writes 32 bytes, they are the same key."""
    assert GrantsSettings.read({**COMMON, "DAYPASS_MAC_KEY": written}).mac_key == KEY


@pytest.mark.parametrize("written", ["ab" * 31, "not base64!", "cGFzc3dvcmQ="])
def test_read_refuses_the_key_when_it_is_short_or_unreadable(written: str) -> None:
    """A short key would make forging objects easier than it looks."""
    with pytest.raises(
        SettingsError, match="is not 32 bytes of base64 or hex; `daypass key` makes"
    ):
        GrantsSettings.read({**COMMON, "DAYPASS_MAC_KEY": written})


@pytest.mark.parametrize("written", ["0", "-1", "65", "many", "1.5"])
def test_read_refuses_processes_when_out_of_range(written: str) -> None:
    """A number that makes no sense is refused, not rounded."""
    with pytest.raises(SettingsError, match="is no number from 1 to 64; write 1"):
        GrantsSettings.read({**GRANTS, "DAYPASS_PROCESSES": written})


@pytest.mark.parametrize(
    "name",
    [
        "DAYPASS_PORT",
        "DAYPASS_SERVICE_HOST",
        "DAYPASS_REDIS_SERVICE_PORT_TCP",
        "DAYPASS_REDIS_PORT_6379_TCP_ADDR",
        "DAYPASS_SANDBOX_RUN",
        "DAYPASS_REQUIRE_REAL",
    ],
)
def test_read_lets_names_pass_when_they_are_set_by_others(name: str) -> None:
    """Kubernetes adds variables for a Service called daypass-redis; that stops no process."""
    assert BotSettings.read({**BOT, name: "tcp://10.0.0.1:6379"}) == BotSettings.read(BOT)


SENTINELS: Final = [
    "redis+sentinel://one:26379/mymaster",
    "redis+sentinel://one,two:26379,10.0.0.3:26379/my-master/0",
    "rediss+sentinel://ann:p%40ss@one:26379,[::1]:26379/m.1/3?ssl_ca_certs=/ca.crt",
]


@pytest.mark.parametrize("url", SENTINELS)
def test_read_takes_an_address_of_sentinels(url: str) -> None:
    """Hosts, the master's name, and if need be users, database and parameters."""
    assert TimekeeperSettings.read({**COMMON, "DAYPASS_REDIS_URL": url}).redis_url == url


@pytest.mark.parametrize(
    "url",
    [
        "redis+sentinel://one:26379",
        "redis+sentinel://one:26379/",
        "redis+sentinel:///mymaster",
        "redis+sentinel://one:26379,/mymaster",
        "redis+sentinel://one:26379;two:26379/mymaster",
        "redis+sentinel://one:26379/mymaster/zero",
        "redis+sentinel://ann:p@ss@one:26379/mymaster",
    ],
)
def test_read_says_how_sentinels_are_written(url: str) -> None:
    """An address that names no master would fail much later, and not say why."""
    faults = _faults({**BOT, "DAYPASS_REDIS_URL": url})
    right = "write redis+sentinel://HOST:26379,HOST:26379/NAME/0"
    assert [right in fault for fault in faults] == [True]


@pytest.mark.parametrize(("said", "unsafe"), [("yes", True), ("no", False), ("", False)])
def test_read_takes_an_unsafe_redis_only_when_told_so(said: str, unsafe: bool) -> None:  # noqa: FBT001 - A row of a table.
    """Whatever is not said is no."""
    for read in (BotSettings.read, TimekeeperSettings.read, NotificationsSettings.read):
        assert read({**BOT, "DAYPASS_REDIS_UNSAFE": said}).redis_unsafe is unsafe
    assert GrantsSettings.read({**GRANTS, "DAYPASS_REDIS_UNSAFE": said}).redis_unsafe is unsafe


def test_read_takes_nothing_but_yes_and_no_for_a_switch() -> None:
    """A slip must not turn a safeguard off."""
    [fault] = _faults({**BOT, "DAYPASS_REDIS_UNSAFE": "true"})
    assert fault == "DAYPASS_REDIS_UNSAFE: is neither yes nor no; leave it out for no"


def test_timekeeper_and_the_trails_commands_read_its_key_where_it_is_needed() -> None:
    """A timekeeper does without; whoever verifies does not; a wrong key is a fault in both."""
    key = {"DAYPASS_AUDIT_KEY": KEY.hex()}
    assert TimekeeperSettings.read({**COMMON, **key}).audit_key == KEY
    assert TimekeeperSettings.read(COMMON).audit_key == b""
    assert TrailSettings.read(key, store=False, key=True).audit_key == KEY
    assert TrailSettings.read(COMMON).redis_url == COMMON["DAYPASS_REDIS_URL"]
    assert "pass-word" not in repr(TrailSettings.read({**COMMON, **key}, key=True))
    with pytest.raises(SettingsError, match=r"DAYPASS_AUDIT_KEY or .*: not set"):
        TrailSettings.read(COMMON, key=True)
    with pytest.raises(SettingsError, match=r"DAYPASS_AUDIT_KEY or .*: is not 32 bytes"):
        TimekeeperSettings.read({**COMMON, "DAYPASS_AUDIT_KEY": "abcd"})
