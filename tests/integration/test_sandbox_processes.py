"""However the sandbox ends, its processes end too, and nobody else's do."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sandbox import proctable
from sandbox.errors import SandboxError
from sandbox.leftovers import RUN_VARIABLE, Leftovers, Record
from sandbox.processes import Child, Processes

pytestmark = pytest.mark.skipif(not proctable.has_proc(), reason="looks at /proc, as on Linux")

_SECONDS = 20
_SLEEPER = ("sleep", "600")
# A child whose own child left its group: only the run's id finds that one again.
_FAMILY = ("sh", "-c", "setsid sleep 600 & echo $!; wait")
_STUBBORN = ("sh", "-c", "trap '' TERM; echo ready; while :; do sleep 600; done")

_OWNER = """
import sys, time
from pathlib import Path
from sandbox.processes import Child, Processes
from sandbox.signals import ending_signals_interrupt
with ending_signals_interrupt(), Processes(Path(sys.argv[1])) as processes:
    family = processes.start(Child(name="family", command=("sh", "-c", sys.argv[2])))
    processes.wait_until(lambda: family.log.read_text().strip(), "family", seconds=20)
    print(family.pid, family.log.read_text().strip(), flush=True)
    while True:
        time.sleep(600)
"""


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    """Processes of this test alone."""
    with Processes(tmp_path / "run") as running:
        yield running


@contextmanager
def _owner(run: Path) -> Iterator[tuple[subprocess.Popen[str], int, int]]:
    """Another sandbox, the pid of its child, and that of its child's child."""
    command = [sys.executable, "-c", _OWNER, str(run), _FAMILY[2]]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        child, grandchild = map(int, owner.stdout.readline().split())
        try:
            yield owner, child, grandchild
        finally:
            owner.kill()


def _has_ended(pid: int) -> bool:
    """Waits for the end of a process that may not be our child."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], _SECONDS)[0])
    finally:
        os.close(descriptor)


def _wait_for_output(processes: Processes, name: str) -> str:
    log = processes[name].log
    processes.wait_until(lambda: log.read_text().endswith("\n"), name, seconds=_SECONDS)
    return log.read_text().strip()


def test_stop_ends_what_the_child_started_when_it_left_the_group(processes: Processes) -> None:
    """Leaving ends every process of the run, grandchildren in other sessions included."""
    processes.start(Child(name="family", command=_FAMILY))
    grandchild = int(_wait_for_output(processes, "family"))
    processes.stop_all()
    assert _has_ended(grandchild)


def test_stop_kills_when_the_child_ignores_the_signal(processes: Processes) -> None:
    """SIGTERM is a request with an end: then SIGKILL."""
    processes.start(Child(name="stubborn", command=_STUBBORN))
    _wait_for_output(processes, "stubborn")
    assert processes.stop("stubborn", grace=0.1) == -signal.SIGKILL


def test_kill_leaves_no_chance_when_a_crash_is_wanted(processes: Processes) -> None:
    """A crash test sees the child die of SIGKILL, and may start it again."""
    child = Child(name="one", command=_SLEEPER)
    first = processes.start(child).pid
    assert processes.kill("one") == -signal.SIGKILL
    assert processes.start(child).pid != first


def test_restart_runs_the_same_command_when_it_ran(processes: Processes) -> None:
    """A restart is a stop and a start of the same command, as a new process."""
    first = processes.start(Child(name="one", command=_SLEEPER))
    second = processes.restart("one")
    assert (second.child, second.is_running()) == (first.child, True)
    assert second.pid != first.pid


def test_stop_all_goes_backwards_when_children_were_started_in_order(tmp_path: Path) -> None:
    """What was started last may need the others: it ends first."""
    order = tmp_path / "order"
    with Processes(tmp_path / "run") as processes:
        for name in ("first", "second", "third"):
            script = f"trap 'echo {name} >> {order}; exit' TERM; echo up; while :; do sleep 1; done"
            processes.start(Child(name=name, command=("bash", "-c", script)))
            _wait_for_output(processes, name)
    assert order.read_text().split() == ["third", "second", "first"]


def test_children_die_when_the_sandbox_is_killed(tmp_path: Path) -> None:
    """SIGKILL of the sandbox takes its children along at once, without any sweeping."""
    with _owner(tmp_path) as (owner, child, _):
        owner.kill()
        assert _has_ended(child)


def test_start_sweeps_leftovers_when_the_last_run_was_killed(tmp_path: Path) -> None:
    """What outlived a killed sandbox is ended by the next one in that directory."""
    with _owner(tmp_path) as (owner, child, grandchild):
        owner.kill()
        owner.wait(_SECONDS)
        assert _has_ended(child)
        assert proctable.started_at(grandchild) is not None
        with Processes(tmp_path) as processes:
            assert processes.swept == (f"pid {grandchild}",)
        assert _has_ended(grandchild)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_nothing_stays_when_the_sandbox_is_ended(tmp_path: Path, number: signal.Signals) -> None:
    """Ctrl-C, SIGTERM and a closed terminal stop everything."""
    with _owner(tmp_path) as (owner, child, grandchild):
        owner.send_signal(number)
        owner.wait(_SECONDS)
        assert _has_ended(child)
        assert _has_ended(grandchild)


def test_start_is_refused_when_another_sandbox_lives_there(tmp_path: Path) -> None:
    """A living sandbox is never swept: the second one is told whom to stop."""
    with _owner(tmp_path) as (owner, child, _):
        with pytest.raises(SandboxError, match=rf"pid {owner.pid}"), Processes(tmp_path):
            pass
        assert proctable.started_at(child) is not None


def test_sweep_spares_a_process_when_its_pid_was_given_anew(
    tmp_path: Path, processes: Processes
) -> None:
    """A pid with another start time is somebody else's process."""
    stranger = processes.start(Child(name="stranger", command=_SLEEPER))
    Leftovers(tmp_path).write("r", [Record(name="x", pid=stranger.pid, started="long ago")])
    assert Leftovers(tmp_path).sweep() == ()
    assert stranger.is_running()


def test_sweep_finds_nothing_when_the_record_is_torn(tmp_path: Path) -> None:
    """A record that was cut off by a full disk stops nobody from starting."""
    (tmp_path / "processes.json").write_text('{"run": "r", "proc')
    assert Leftovers(tmp_path).sweep() == ()


def test_child_sees_no_proxy_when_the_shell_has_one(
    processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Loopback is never reached through a proxy."""
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example.com:3128")
    monkeypatch.setenv("no_proxy", "example.com")
    child = processes.start(Child(name="env", command=("env",), environment={"OURS": "1"}))
    child.wait(_SECONDS)
    names = {line.partition("=")[0] for line in child.log.read_text().splitlines()}
    assert {"OURS", RUN_VARIABLE, "PATH"} <= names
    assert not {name for name in names if name.lower().endswith("_proxy")}


def test_start_says_so_when_the_command_does_not_exist(processes: Processes) -> None:
    """A missing program is named before anything is started."""
    with pytest.raises(SandboxError, match="one: the command /no/such was not found"):
        processes.start(Child(name="one", command=("/no/such",)))


def test_start_is_refused_when_the_name_runs_already(processes: Processes) -> None:
    """A name means one process."""
    processes.start(Child(name="one", command=_SLEEPER))
    with pytest.raises(SandboxError, match="one runs already"):
        processes.start(Child(name="one", command=_SLEEPER))


def test_wait_is_bounded_when_the_child_never_gets_ready(processes: Processes) -> None:
    """Nobody waits for ever, and the error says where to look."""
    log = processes.start(Child(name="one", command=_SLEEPER)).log
    with pytest.raises(SandboxError, match=rf"was not ready after 0.1 s. The end of {log}"):
        processes.wait_until(lambda: False, "one", seconds=0.1)
