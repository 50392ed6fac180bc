"""The laws stand where everybody can read them, and what quotes one means one that is there."""

import re
from collections.abc import Iterator
from typing import Final

import pytest

from tests.docs.project import PACKAGES, ROOT, from_root, read, sources

_QUOTED: Final = re.compile(r"\blaws? ((?:\d+(?:, | and | to )?)+)", re.IGNORECASE)
_LAWS: Final = [
    int(n) for n in re.findall(r"^## (\d+)\. ", read("docs/explanation/laws.md"), re.MULTILINE)
]
_PAGES: Final = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
_QUOTING: Final = [*sources(*PACKAGES, "tests", "bench", "chaos"), *_PAGES]


def _quoted(text: str) -> Iterator[int]:
    for found in _QUOTED.finditer(text):
        for first, last in re.findall(r"(\d+)(?: to (\d+))?", found[1]):
            yield from range(int(first), int(last or first) + 1)


def test_laws_are_numbered_from_one() -> None:
    """A number never changes its meaning: new laws come last."""
    assert list(range(1, 11)) == _LAWS


def test_every_law_that_is_quoted_exists() -> None:
    """Whoever looks a law up finds it."""
    quoted = {from_root(path): {*_quoted(path.read_text(encoding="utf-8"))} for path in _QUOTING}
    assert [path for path, laws in quoted.items() if not laws <= {*_LAWS}] == []


@pytest.mark.parametrize("law", _LAWS)
def test_every_law_has_a_test_that_quotes_it(law: int) -> None:
    """A law that nothing holds is a wish."""
    tests = [path for path in sources("tests") if path.name.startswith("test_")]
    assert any(law in _quoted(path.read_text(encoding="utf-8")) for path in tests)
