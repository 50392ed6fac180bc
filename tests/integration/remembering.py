"""What the running whole knows after its Redis was lost: epochs, and the audit trail."""

from collections.abc import Sequence

from daypass.adapters.redis.client import connect
from daypass.adapters.redis.trail import RedisTrail
from daypass.domain.audit import Action, AuditEvent
from daypass.domain.epoch import Epoch
from daypass.domain.errors import OutsideError
from tests.whole import Whole

_MANY = 10_000


def empty(whole: Whole) -> None:
    """Let Redis forget everything, under whatever runs."""
    with connect(whole.stack.valkey.url) as client:
        client.flushall()


def new_epoch(whole: Whole, before: Epoch | None, *, unproven: str = "") -> Epoch:
    """Wait until the store has another epoch, in which only `unproven` is not proven yet."""
    waits = frozenset({unproven} - {""})

    def has_come() -> bool:
        try:
            epoch = whole.store.epoch()
        except OutsideError:
            return False
        return epoch is not None and epoch.id != (before and before.id) and epoch.unproven == waits

    whole.until(has_come, f"all clusters but {list(waits)} are proven in a new epoch")
    epoch = whole.store.epoch()
    assert epoch is not None
    return epoch


def events(whole: Whole, action: Action, subject: str = "") -> Sequence[AuditEvent]:
    """What the trail says of that kind, about `subject` where one is named."""
    with connect(whole.stack.valkey.url) as client:
        trail = RedisTrail(client)
        said = [trail.event(entry) for entry in trail.entries("", _MANY)]
    return [one for one in said if one.action is action and subject in {"", one.subject}]


def marks(whole: Whole) -> tuple[str, ...]:
    """What each cluster knows of the store, as it is written there."""
    path = "/api/v1/namespaces/daypass/configmaps/daypass-watermark-sandbox"
    return tuple(str(server.admin().get(path)["data"]) for server in whole.stack.clusters)
