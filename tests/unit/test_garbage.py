"""A process that stays looks for garbage seldom, and still looks."""

import subprocess
import sys

_PROBE = """
import gc, weakref
from daypass.garbage import collect_seldom
collect_seldom()
class Ring: pass
def ring():
    one = Ring()
    one.itself = one
    return weakref.ref(one)
seen = ring()
held = [[] for _ in range(20_000)]
print(gc.get_freeze_count() > 1_000, gc.get_threshold()[0] > 700, seen() is None)
"""


def test_garbage_is_still_found() -> None:
    """What goes round in circles is gone after some thousand new objects."""
    said = subprocess.run(
        (sys.executable, "-c", _PROBE), capture_output=True, check=True, text=True, timeout=60
    )
    assert said.stdout.split() == ["True", "True", "True"]
