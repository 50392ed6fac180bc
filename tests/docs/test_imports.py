"""Arrows point inwards, and importing does nothing."""

import ast
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.docs.project import ROOT, from_root, modules, sources

_PURE: Final = ("daypass/domain", "daypass/usecases")

# Runs in a fresh interpreter. The audit hook sees every call, whichever way it was reached;
# libraries may read the environment and their own files, but nothing may leave the process.
_IMPORT_QUIETLY: Final = """
import importlib, os, sys, threading
import urllib3.util.connection  # Probes for IPv6 with a socket when imported; not ours to judge.

FORBIDDEN = (
    "socket.bind", "socket.connect", "socket.getaddrinfo", "socket.sendto",
    "subprocess.Popen", "os.system", "os.fork", "os.exec", "os.posix_spawn",
    "os.putenv", "os.unsetenv", "os.mkdir", "os.remove", "os.rename", "signal.pthread_kill",
)
broken = []
current = ""

def watch(event, arguments):
    wrote = event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+")
    if event in FORBIDDEN or wrote:
        broken.append(f"{current}: {event} {arguments!r}")

sys.dont_write_bytecode = True
sys.addaudithook(watch)
for current in sys.argv[1:]:
    importlib.import_module(current)
    if threading.active_count() != 1:
        broken.append(f"{current}: started {threading.enumerate()!r}")
        break
print("\\n".join(broken))
sys.exit(bool(broken))
"""


def test_import_contracts_hold() -> None:
    """Arrows point inwards and a linter says so."""
    found = _run(str(Path(sys.executable).with_name("lint-imports")), "--no-logo")
    assert found.returncode == 0, found.stdout + found.stderr


@pytest.mark.parametrize("path", sources(*_PURE), ids=from_root)
def test_import_names_standard_library_only_when_pure(path: Path) -> None:
    """Domain and use cases know the standard library and Daypass, nothing else."""
    allowed = {*sys.stdlib_module_names, "daypass"}
    foreign = {name for name in _imported(path) if name.partition(".")[0] not in allowed}
    assert not foreign, f"{path.name} imports {sorted(foreign)}"


def test_import_starts_nothing_for_any_module() -> None:
    """Importing opens no socket, starts no thread or process, writes no file and no variable."""
    found = _run(sys.executable, "-c", _IMPORT_QUIETLY, *modules())
    assert found.returncode == 0, found.stdout + found.stderr


def _imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=aliases):
                names.update(alias.name for alias in aliases)
            case ast.ImportFrom(module=str(module)):
                names.add(module)
            case _:
                pass
    return names


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False
    )
