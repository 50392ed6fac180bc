"""What Prometheus is told of the pictures of clusters."""

from typing import Final

from prometheus_client import CollectorRegistry

from daypass.adapters.prometheus.state import State
from daypass.domain.picture import About, Kind
from daypass.ports import watch_of
from tests.builders import World, a_world

AGE: Final = "daypass_last_picture_timestamp_seconds"


def told(world: World) -> dict[tuple[str, str], float]:
    """Return each gauge by its name and cluster."""
    registry = CollectorRegistry()
    registry.register(State(world.ledger, dict))
    samples = [sample for family in registry.collect() for sample in family.samples]
    return {(one.name, one.labels.get("cluster", "")): one.value for one in samples}


def test_age_and_gaps_of_each_picture_are_measured() -> None:
    """Who asks must know how far an answer goes; so must whoever keeps it going."""
    world, at = a_world(), a_world().clock.now()
    world.heartbeats.take_duty(watch_of("prod"), "a")
    about = About(
        cluster="prod",
        at=at,
        left_out={Kind.ROLE: 3, Kind.NAMESPACE: 4},
        unseen={Kind.SERVICE_ACCOUNT: "forbidden"},
    )
    world.pictures.keep_about(about, watch_of("prod"), "a")
    found = told(world)
    assert (found[AGE, "prod"], found[AGE, "dev"]) == (at.timestamp(), 0)
    assert found["daypass_picture_left_out", "prod"] == 7
    assert found["daypass_picture_left_out", "dev"] == 0
    assert found["daypass_picture_unseen_kinds", "prod"] == 1
