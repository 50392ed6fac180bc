"""The Pythons of this machine, and bare environments made by them."""

import os
import re
import subprocess
import sys
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

_NAME: Final = re.compile(r"python3\.(\d+)")
_WHEEL: Final = re.compile(r"pip-([0-9.]+)-py3-none-any\.whl")
_LEAST: Final = 11
_OLD_PIP: Final = 24
"""From here on pip knows that a pin also holds for the same project with an extra."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bare:
    """A Python and the pip wheel that its bare environment gets."""

    python: Path
    pip: Path

    @property
    def is_old(self) -> bool:
        """Whether this pip forgets a pin when another package asks for an extra."""
        return self.version < (_OLD_PIP,)

    @property
    def version(self) -> tuple[int, ...]:
        """The pip's."""
        named = _WHEEL.fullmatch(self.pip.name)
        return tuple(map(int, named[1].split("."))) if named else ()

    def __str__(self) -> str:
        return f"{self.python} with {self.pip.name.removesuffix('-py3-none-any.whl')}"

    def make(self, folder: Path) -> Path:
        """Makes the environment, as `python -m venv` does; the answer is its Python."""
        subprocess.run([self.python, "-m", "venv", "--without-pip", folder], check=True, timeout=60)
        (packages,) = folder.glob("lib/python3.*/site-packages")
        with zipfile.ZipFile(self.pip) as archive:
            archive.extractall(packages)
        return folder / "bin" / "python"


def bare_environments() -> list[Bare]:
    """Each supported Python with the pip that it bundles, and with an old one; the oldest first."""
    bundled = [Bare(python=python, pip=pip) for python in _pythons() for pip in _bundled(python)]
    bundled.sort(key=lambda bare: bare.version)
    old = [bare.pip for bare in bundled if bare.is_old]
    mixed = [replace(bare, pip=old[-1]) for bare in bundled if old and not bare.is_old]
    return [*bundled, *mixed]


def _pythons() -> list[Path]:
    """One of each real program; names only are looked at, because shims run nothing."""
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    named = map(Path, os.environ["PATH"].split(os.pathsep))
    folders = [*named, *versions.glob("*/bin"), Path(sys.base_prefix) / "bin"]
    found = {path.resolve() for folder in folders for path in folder.glob("python3*")}
    return sorted(path for path in found if _minor(path) >= _LEAST and os.access(path, os.X_OK))


def _minor(python: Path) -> int:
    named = _NAME.fullmatch(python.name)
    return int(named[1]) if named and "shims" not in python.parts else 0


def _bundled(python: Path) -> list[Path]:
    """What ensurepip installs: Python brings it along, and Debian keeps it apart."""
    own = python.parents[1] / "lib" / python.name / "ensurepip"
    places = (own / "_bundled", Path("/usr/share/python-wheels") if own.exists() else own)
    return [wheel for place in places for wheel in place.glob("pip-*.whl")][:1]
