"""Which Go builds the binaries; never lets Go fetch another Go."""

import os
import re
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from sandbox.errors import SandboxError

_LEAST = (1, 26)  # What go.mod asks for.
_SCRIPT = Path(__file__).parents[2] / "scripts" / "go"
_INSTALL_SECONDS = 900


def installed_go() -> tuple[Path, str] | None:
    """Go and its version ("go1.26.8") from PATH, else from this virtual environment."""
    for found in (shutil.which("go"), Path(sys.prefix) / "bin" / "go"):
        go = Path(found) if found else None
        version = _version(go) if go and go.exists() else None
        if go and version:
            return go, version
    return None


def go_to_build_with() -> tuple[Path, str]:
    """As `installed_go`, but puts Go into the virtual environment if there is none.

    Raises:
        SandboxError: there is none and it could not be installed.
    """
    found = installed_go()
    if found is None:
        _install()
        found = installed_go()
    if found is None:
        raise SandboxError(no_go(shutil.which("go")))
    return found


def no_go(old: str | None) -> str:
    """What a person needs to know who has no Go that is new enough, but perhaps an old one."""
    why = f"{old} is {_said(Path(old)) or 'none that runs'}" if old else "the PATH has none"
    return f"No Go 1.26 or newer: {why}. Install it from https://go.dev/dl, then again."


def _install() -> None:
    with suppress(OSError, subprocess.TimeoutExpired):
        subprocess.run([_SCRIPT], check=False, timeout=_INSTALL_SECONDS, stdout=subprocess.DEVNULL)


def _version(go: Path) -> str | None:
    version = _said(go)
    return version if new_enough(version) else None


def _said(go: Path) -> str:
    try:
        answer = subprocess.run(
            [go, "env", "GOVERSION"],
            capture_output=True,
            check=False,
            env={**os.environ, "GOTOOLCHAIN": "local"},
            text=True,
            timeout=60,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.strip()


def new_enough(version: str) -> bool:
    """Whether Go of this version ("go1.26.8") can build the module; not for development builds."""
    numbers = re.match(r"go(\d+)\.(\d+)", version)
    return numbers is not None and (int(numbers[1]), int(numbers[2])) >= _LEAST
