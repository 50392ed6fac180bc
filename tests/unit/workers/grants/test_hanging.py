"""A namespace in which writes hang costs the threads little, and no other namespace anything."""

from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from daypass.domain.errors import OutsideError, PermanentOutsideError, TemporaryOutsideError
from daypass.domain.lease import LeaseState, ObjectRef
from tests.builders import World, a_world
from tests.unit.usecases.scenes import Failing, grant, lease_of, let_go, revoke_due, with_cluster
from tests.unit.workers.grants.test_breaker import Watch
from workers.grants.breaker import FAILURES as SILENT
from workers.grants.breaker import PROBE_EVERY, Breaker
from workers.grants.hanging import FAILURES, KEPT, REST, SLOW, TRYING, Hanging

HUNG = TemporaryOutsideError("prod: DELETE …: the server does not answer in time", unknown=True)
NO = PermanentOutsideError("prod: refused")
TIMEOUT = 5.0
LATER = timedelta(seconds=10)


@dataclass(slots=True)
class Stage:
    """Some namespaces, and ticks that are set by hand."""

    watch: Watch = field(default_factory=Watch)
    hanging: Hanging = field(init=False)

    def __post_init__(self) -> None:
        self.hanging = Hanging("prod", lambda: self.watch.now)

    def write(
        self, namespace: str = "bad", takes: float = TIMEOUT, error: OutsideError | None = HUNG
    ) -> bool:
        """Write in a namespace; say whether anything was sent."""
        sent = False
        with suppress(OutsideError), self.hanging.calling(namespace):
            sent = True
            self.watch.now += takes
            if error is not None:
                raise error
        return sent


@pytest.fixture
def stage() -> Stage:
    """Nothing hangs yet."""
    return Stage()


def hang(stage: Stage, namespace: str = "bad") -> None:
    """Let it hang there as often as it takes."""
    assert all(stage.write(namespace, takes=SLOW) for _ in range(FAILURES))


def test_fails_at_once_where_it_hung_in_a_row(stage: Stage) -> None:
    """Law 3: no thread waits for the next time-out there."""
    hang(stage)
    assert not stage.write()
    with pytest.raises(
        TemporaryOutsideError, match="what is written in bad is not answered"
    ) as raised:
        stage.hanging._begin("bad")
    assert not raised.value.unknown


def test_other_namespaces_do_not_hear_of_it(stage: Stage) -> None:
    """Neither those with a name, nor what is in none."""
    hang(stage)
    assert stage.write("good", error=None)
    assert stage.write("", error=None)


@pytest.mark.parametrize(
    ("takes", "error"),
    [(SLOW / 2, HUNG), (TIMEOUT, NO), (TIMEOUT, None)],
    ids=["at once", "refused", "slowly"],
)
def test_what_is_answered_does_not_hang(
    stage: Stage, takes: float, error: OutsideError | None
) -> None:
    """Of what fails at once, or comes late, nobody else is kept from trying."""
    assert all(stage.write(takes=takes, error=error) for _ in range(3 * FAILURES))


def test_an_answer_in_between_begins_the_count_anew(stage: Stage) -> None:
    """One object that hangs each time keeps none of the others in its namespace."""
    for _ in range(3):
        assert all(stage.write() for _ in range(FAILURES - 1))
        assert stage.write(error=None)


def test_one_goes_first_and_then_all(stage: Stage) -> None:
    """A place is tried all the time, by one; once it answers everybody goes on."""
    hang(stage)
    stage.watch.now += REST
    with stage.hanging.calling("bad"):
        assert not stage.write(error=None)
    assert stage.write(error=None)


def test_it_rests_after_each_try(stage: Stage) -> None:
    """Not another at once: there are others."""
    hang(stage)
    stage.watch.now += REST
    assert stage.write()
    assert not stage.write()


def test_so_many_places_are_tried_at_one_time(stage: Stage) -> None:
    """Dozens that hang have a quarter of the threads together."""
    places = [f"bad-{number}" for number in range(TRYING + 1)]
    for place in places:
        hang(stage, place)
    stage.watch.now += REST
    with ExitStack() as stack:
        for place in places[:TRYING]:
            stack.enter_context(stage.hanging.calling(place))
        assert not stage.write(places[-1], error=None)
    assert stage.write(places[-1], error=None)


def test_once_one_of_them_answers_none_waits_for_its_turn(stage: Stage) -> None:
    """A webhook of all may have been away: what ends there ends soon after its return (law 3)."""
    places = [f"bad-{number}" for number in range(2 * TRYING)]
    for place in places:
        hang(stage, place)
    stage.watch.now += REST
    assert stage.write(places[0], takes=0, error=None)
    with ExitStack() as stack:
        for place in places[1:]:
            stack.enter_context(stage.hanging.calling(place))


def test_what_one_refuses_says_nothing_of_the_others(stage: Stage) -> None:
    """Whoever's webhook refuses now and then lets no thread wait elsewhere again."""
    hang(stage, "bad")
    hang(stage, "worse")
    stage.watch.now += REST
    assert stage.write("bad", takes=0, error=NO)
    with ExitStack() as stack:
        stack.enter_context(stage.hanging.calling("worse"))
        assert not stage.write("worse")


@pytest.mark.parametrize("error", [None, NO], ids=["well", "refused"])
def test_where_it_hangs_again_one_time_out_is_enough(
    stage: Stage, error: OutsideError | None
) -> None:
    """What comes and goes holds the threads no longer than what hangs all the time."""
    hang(stage)
    stage.watch.now += REST
    assert stage.write(takes=0, error=error)
    assert stage.write(takes=SLOW)
    assert not stage.write()


@pytest.mark.parametrize("error", [None, NO], ids=["well", "refused"])
def test_a_few_go_until_one_succeeds(stage: Stage, error: OutsideError | None) -> None:
    """Whoever's webhook answers one call, or refuses all but the rest, holds no more threads."""
    hang(stage)
    stage.watch.now += REST
    assert stage.write(takes=0, error=error)
    assert stage.write(takes=0, error=NO)
    with ExitStack() as stack:
        for _ in range(TRYING):
            stack.enter_context(stage.hanging.calling("bad"))
        assert not stage.write()
    with ExitStack() as stack:
        for _ in range(2 * TRYING):
            stack.enter_context(stage.hanging.calling("bad"))


def test_what_is_answered_twice_is_over(stage: Stage) -> None:
    """Then it takes as many time-outs as before."""
    hang(stage)
    stage.watch.now += REST
    assert stage.write(takes=0, error=None)
    assert stage.write(takes=0, error=None)
    hang(stage)


def test_where_it_still_hangs_one_time_out_is_enough(stage: Stage) -> None:
    """One that answers in between has the others tried, and not as if nothing had been."""
    hang(stage, "bad")
    hang(stage, "worse")
    stage.watch.now += REST
    assert stage.write("bad", takes=0, error=None)
    assert stage.write("worse", takes=SLOW)
    assert not stage.write("worse")


def test_a_place_that_nobody_writes_in_any_more_is_forgotten(stage: Stage) -> None:
    """Whoever makes namespaces fills no memory."""
    hang(stage, "gone")
    stage.watch.now += KEPT + REST
    assert stage.write("bad")
    assert list(stage.hanging._troubles) == ["bad"]


def in_front_of(world: World, watch: Watch, when: Callable[[ObjectRef], bool]) -> Breaker:
    """Return a breaker before a cluster that hangs where `when` says so."""

    def slowly(ref: ObjectRef) -> bool:
        hangs = when(ref)
        watch.now += TIMEOUT * hangs
        return hangs

    failing = Failing(world.clusters["prod"], "delete", HUNG, slowly)
    return Breaker("prod", with_cluster(world.grants(), failing).cluster, lambda: watch.now)


def test_a_lease_there_waits_for_no_time_out_and_goes_once_that_is_over() -> None:
    """Nothing is given up (law 3), and its card says what keeps it."""
    world, watch, bad = a_world(), Watch(), {"payments"}
    grant(world)
    let_go(world)
    ports = with_cluster(
        world.grants(), in_front_of(world, watch, lambda ref: ref.namespace in bad)
    )
    for _ in range(3 * FAILURES):
        revoke_due(world, ports)
        world.clock.advance(LATER)
    assert watch.now == 100 + FAILURES * TIMEOUT
    assert "cannot be deleted" in lease_of(world).kept
    bad.clear()
    watch.now += REST
    revoke_due(world, ports)
    assert lease_of(world).state is LeaseState.ENDED


def test_nothing_of_it_is_known_once_the_cluster_is_back() -> None:
    """Law 3: where all was away each namespace seemed to hang, and none does then."""
    world, watch = a_world(), Watch()
    ref = ObjectRef(kind="RoleBinding", namespace="payments", name="x", uid="1")
    breaker = in_front_of(world, watch, lambda _: world.clusters["prod"].down)
    world.clusters["prod"].down = True
    for _ in range(SILENT + FAILURES):
        with pytest.raises(TemporaryOutsideError):
            breaker.delete(ref)
    assert breaker.is_open
    world.clusters["prod"].down = False
    watch.now += PROBE_EVERY
    assert breaker.answers_again()
    assert breaker.delete(ref) is None
