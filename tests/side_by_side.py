"""The whole suite runs side by side in several processes; a part of it in one, at once.

Tests that share something costly stay together, so that it is started once; these come first, for
they wait most of the time while others compute. An explicit `-n` counts: `-n 0` is one process.
"""

import os
from typing import Final

import pytest
from _pytest.nodeid import NodeId

_STACKS: Final = {"running": "whole", "rig": "failpoints"}
"""What is started once for many tests, on clusters: fixture to group."""
_FIRST: Final = (*_STACKS.values(), "clusters")
_ALONE: Final = "tests/property/"
"""Where each test computes for long, and needs nobody."""
_FEWEST: Final = len(_FIRST) + 1
_MOST: Final = 8


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Starts processes where everything was asked for, before xdist looks how many."""
    if hasattr(config, "workerinput") or not config.pluginmanager.hasplugin("xdist"):
        return
    if config.option.numprocesses is None and _is_everything(config):
        config.option.numprocesses = min(max(os.cpu_count() or 1, _FEWEST), _MOST)
    if config.option.numprocesses:
        config.option.loadscopereorder = False


def _is_everything(config: pytest.Config) -> bool:
    """Whether the command line names no file and no test, and nobody debugs."""
    named = config.args_source is not pytest.Config.ArgsSource.TESTPATHS
    option = config.option
    return not (
        named
        or option.keyword
        or option.markexpr
        or getattr(option, "lf", False)  # Not there with `-p no:cacheprovider`.
        or option.usepdb
        or option.collectonly
    )


def pytest_itemcollected(item: pytest.Item) -> None:
    """Says with which others a test stays together."""
    if needs_clusters(item):
        item.add_marker("shared")
    if not item.nodeid.startswith(_ALONE):
        item.add_marker(pytest.mark.xdist_group(_group(item)))


def needs_clusters(item: pytest.Item) -> bool:
    """Whether a test is one of those for which clusters are started."""
    return _group(item) in _FIRST


def _group(item: pytest.Item) -> str:
    fixtures = getattr(item, "fixturenames", ())
    for fixture, group in _STACKS.items():
        if {fixture, "clusters"}.issubset(fixtures):
            return group
    real = "clusters" in fixtures or item.get_closest_marker("real")
    return "clusters" if real else item.nodeid.partition("::")[0]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes long begins first where others run beside it; else the order stays random."""
    if hasattr(config, "workerinput"):
        items.sort(key=_rank)
        for item in items:
            _say_group(item)


def _say_group(item: pytest.Item) -> None:
    """Says the group in the item's name, where the one who hands out the work looks for it.

    xdist 3.8 does so by an attribute that pytest 9.2 does not read any more.
    """
    mark = item.get_closest_marker("xdist_group")
    if mark is not None and not item.nodeid.endswith(f"@{mark.args[0]}"):
        item._id = NodeId.parse(f"{item.nodeid}@{mark.args[0]}")


def _rank(item: pytest.Item) -> int:
    mark = item.get_closest_marker("xdist_group")
    if mark is None:
        return len(_FIRST)
    return _FIRST.index(mark.args[0]) if mark.args[0] in _FIRST else len(_FIRST) + 1


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Names a test as one process does: only those who hand out the work need its group."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    name, at, group = report.nodeid.rpartition("@")
    if at and "]" not in group:
        report.nodeid = name
