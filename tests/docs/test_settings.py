"""Every setting is documented, and docker-compose.yml gives each role what it reads."""

import re
from pathlib import Path
from typing import Any, Final, Protocol

import pytest

from daypass.environment import SETTINGS
from daypass.settings import (
    BotSettings,
    GrantsSettings,
    NotificationsSettings,
    TimekeeperSettings,
)
from tests.docs.project import ROOT, services

_NAME: Final = re.compile(r"\bDAYPASS_[A-Z0-9_]*[A-Z0-9]\b")
_PAGE: Final = ROOT / "docs" / "reference" / "settings.md"
_READ: Final = {variable for setting in SETTINGS.values() for variable in setting.variables}
_FOR_TESTS: Final = {"DAYPASS_REQUIRE_REAL"}


class _Role(Protocol):
    def read(self, environ: dict[str, str]) -> object: ...


_ROLES: Final[dict[str, _Role]] = {
    "bot": BotSettings,
    "grants": GrantsSettings,
    "notifications": NotificationsSettings,
    "timekeeper": TimekeeperSettings,
}
_EXAMPLES: Final = {
    "slack-bot-token": "xoxb-1",
    "slack-app-token": "xapp-1",
    "mac-key": "ab" * 32,
    "audit-key": "cd" * 32,
}


def _documented() -> set[str]:
    assert _PAGE.is_file(), "docs/reference/settings.md is missing"
    return set(_NAME.findall(_PAGE.read_text(encoding="utf-8")))


def test_every_setting_is_documented() -> None:
    """docs/reference/settings.md names every variable that a process reads."""
    missing = _READ - _documented()
    assert not missing, f"docs/reference/settings.md does not name {sorted(missing)}"


def test_no_setting_is_documented_that_nothing_reads() -> None:
    """The page promises no variable that does not exist."""
    invented = _documented() - _READ - _FOR_TESTS
    assert not invented, f"nothing reads {sorted(invented)}"


@pytest.mark.parametrize("role", _ROLES)
def test_compose_gives_a_role_what_it_reads(role: str, tmp_path: Path) -> None:
    """With the secrets in their files, each container starts with the settings it is given."""
    environment = services()[role]["environment"]
    _ROLES[role].read(_with_secrets(environment, tmp_path))


def _with_secrets(environment: dict[str, Any], folder: Path) -> dict[str, str]:
    """The environment with each secret's path leading to an example."""
    given: dict[str, str] = {}
    for name, value in environment.items():
        given[name] = value
        if value.startswith("/run/secrets/"):
            file = folder / Path(value).name
            file.write_text(_EXAMPLES[file.name], encoding="utf-8")
            given[name] = str(file)
    return given
