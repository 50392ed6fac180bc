"""Where the project's files are, and which modules it has; for the tests of its promises."""

from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML

ROOT: Final = Path(__file__).resolve().parents[2]
PACKAGES: Final = ("daypass", "bot", "workers", "sandbox")


def read(name: str) -> str:
    """The text of a file, by its path from the root."""
    return (ROOT / name).read_text(encoding="utf-8")


def sources(*packages: str) -> list[Path]:
    """Every Python file of the packages (folders under the root), sorted."""
    return [path for package in packages for path in sorted((ROOT / package).rglob("*.py"))]


def from_root(path: Path) -> str:
    """The path as a reader writes it; the id of a test that is about one file."""
    return path.relative_to(ROOT).as_posix()


def services() -> dict[str, dict[str, Any]]:
    """The services of docker-compose.yml, anchors resolved."""
    compose = YAML(typ="safe").load(read("docker-compose.yml"))
    found: dict[str, dict[str, Any]] = compose["services"]
    return found


def modules() -> list[str]:
    """The dotted name of every module of the product and the sandbox, programs included."""
    return [_dotted(path) for path in sources(*PACKAGES)]


def _dotted(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
