"""What the linter cannot say: every test names its law, nothing is patched, nothing grows."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.docs.project import PACKAGES, from_root, sources

_TESTS: Final = [path for path in sources("tests") if path.name.startswith("test_")]
_EVERYTHING: Final = (*PACKAGES, "tests", "bench", "chaos")
_LONGEST_FILE: Final = 300
_LONGEST_FUNCTION: Final = 40


@pytest.mark.parametrize("path", _TESTS, ids=from_root)
def test_doubles_are_real_implementations_and_nothing_sleeps(path: Path) -> None:
    """Our code is never patched, and no test waits by sleeping."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert list(_patches(tree)) == []


@pytest.mark.parametrize("path", _TESTS, ids=from_root)
def test_every_test_states_its_law(path: Path) -> None:
    """A test opens with the sentence that would be false if it failed."""
    functions = _functions(ast.parse(path.read_text(encoding="utf-8")))
    silent = [f.name for f in functions if f.name.startswith("test_") and not ast.get_docstring(f)]
    assert silent == []


@pytest.mark.parametrize("path", sources(*_EVERYTHING), ids=from_root)
def test_files_and_functions_stay_small(path: Path) -> None:
    """A file has at most 300 lines and a function at most 40."""
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= _LONGEST_FILE
    long = [
        f"{node.name}: {lines} lines"
        for node in _functions(ast.parse(text))
        if (lines := (node.end_lineno or 0) - node.lineno + 1) > _LONGEST_FUNCTION
    ]
    assert long == []


@pytest.mark.parametrize("path", sources("daypass", "bot", "workers"), ids=from_root)
def test_numbers_say_why(path: Path) -> None:
    """A constant that is a number has its reason or its unit below it; several may share one."""
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    bodies = [tree.body, *(node.body for node in ast.walk(tree) if isinstance(node, ast.ClassDef))]
    unsaid = [name for body in bodies for name in _numbers_without_reason(body, text.splitlines())]
    assert unsaid == []


def _numbers_without_reason(body: list[ast.stmt], lines: list[str]) -> Iterator[str]:
    waiting = list[str]()
    for node in body:
        match node:
            case ast.AnnAssign(
                target=ast.Name(id=name), annotation=kind, value=ast.expr() as value
            ):
                said = "#" in lines[node.lineno - 1] or lines[node.lineno - 2].startswith("#")
                if "Final" in ast.unparse(kind) and _is_number(value) and not said:
                    waiting.append(name)
                    continue
            case ast.Expr(value=ast.Constant(value=str())):
                waiting.clear()
            case _:
                pass
        yield from waiting
        waiting.clear()
    yield from waiting


def _is_number(value: ast.expr) -> bool:
    match value:
        case ast.Constant(value=number):
            return isinstance(number, int | float) and not isinstance(number, bool)
        case ast.Call(func=ast.Name(id="timedelta")):
            return True
        case ast.BinOp(left=left, right=right):
            return _is_number(left) or _is_number(right)
        case ast.UnaryOp(operand=operand):
            return _is_number(operand)
        case _:
            return False


_Function = ast.FunctionDef | ast.AsyncFunctionDef


def _functions(tree: ast.AST) -> Iterator[_Function]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _patches(tree: ast.AST) -> Iterator[str]:
    """Every way to patch or to sleep that the module uses, as `line: what`."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names) if any("mock" in alias.name for alias in names):
                yield f"{node.lineno}: mock"
            case ast.ImportFrom(module=str(module)) if "mock" in module:
                yield f"{node.lineno}: mock"
            case ast.ImportFrom(module="time", names=names) if any(
                a.name == "sleep" for a in names
            ):
                yield f"{node.lineno}: sleep"
            case ast.Attribute(value=ast.Name(id="monkeypatch"), attr="setattr" | "setitem"):
                yield f"{node.lineno}: monkeypatch.{node.attr}"
            case ast.Attribute(value=ast.Name(id="time" | "asyncio"), attr="sleep"):
                yield f"{node.lineno}: sleep"
            case _:
                pass
