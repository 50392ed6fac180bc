"""What is answered while a cluster is silent promises no moment (law 4)."""

from datetime import timedelta

import pytest

from tests.unit.bot.stage import Stage, read
from tests.unit.usecases.scenes import FIRST, grant

SILENT = "⚠️ `prod` does not answer for now: what is to end there goes on until it answers"


@pytest.mark.parametrize(
    ("who", "typed"),
    [
        ("alice", f"release {FIRST}"),
        ("bob", f"revoke {FIRST} because INC-42"),
        ("alice", f"shorten {FIRST} 10m"),
    ],
)
def test_answer_says_that_the_cluster_is_silent(stage: Stage, who: str, typed: str) -> None:
    """What was decided stands; what was made for it goes on until the cluster answers."""
    grant(stage.world)
    stage.world.clock.advance(timedelta(minutes=3))
    assert SILENT in stage.say(who, typed)


def test_answer_says_nothing_of_a_cluster_that_answers(stage: Stage) -> None:
    """A warning that always stands is read by nobody."""
    grant(stage.world)
    assert "does not answer" not in stage.say("alice", f"release {FIRST}")


def test_form_that_ends_everything_promises_no_moment(stage: Stage) -> None:
    """Whoever types the phrase reads what goes on."""
    grant(stage.world)
    stage.world.clock.advance(timedelta(minutes=3))
    stage.say("dan", "revoke all")
    said = read({"blocks": stage.slack.told("views.open")[-1]["view"]["blocks"]})
    assert "*1 lease* ends at once, or as soon as the cluster answers." in said
    assert SILENT in said
