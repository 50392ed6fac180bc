"""What cannot be read is not passed over in silence: its id is named, and nothing else waits."""

from dataclasses import replace
from typing import Any

import pytest

from daypass.adapters.slack.views import revoke_all as views
from daypass.adapters.slack.views.scene import Scene
from daypass.cli.incident import numbers
from daypass.cli.status import stated
from daypass.domain.errors import UnreadableError
from daypass.domain.ids import LeaseId
from daypass.domain.lease import Lease
from daypass.ports import AskPorts
from daypass.usecases.incident.revoke_all import Reach, RevokeAll, affected, revoke_all
from daypass.usecases.incident.survey import survey
from tests.builders import a_catalog, a_lease, a_world
from tests.unit.bot.stage import read
from tests.unit.usecases.incident.test_revoke_all import many
from tests.unit.usecases.scenes import Failing, with_store

SCENE = Scene(command="/access", catalog=a_catalog())


class LeavingOut:
    """A store of which lists leave out what cannot be read, as Redis's does."""

    def __init__(self, store: object, unread: LeaseId) -> None:
        self._store: Any = Failing(
            store, "leases", UnreadableError("damaged"), lambda asked: unread in asked
        )
        self._unread = unread

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def live_on(self, cluster: str) -> dict[LeaseId, Lease]:
        """List what can be read."""
        live = self._store.live_on(cluster).items()
        return {name: lease for name, lease in live if name != self._unread}


def _damaged() -> tuple[LeaseId, LeaseId, AskPorts]:
    world = a_world()
    first, other = many(world, 2)
    return first, other, with_store(world.ask, LeavingOut(world.store, first))


@pytest.mark.parametrize("reach", [Reach(), Reach(cluster="prod"), Reach(person="U0ALICE")])
def test_revoke_all_names_what_cannot_be_read(reach: Reach) -> None:
    """Also of one person: whose it is nobody can read."""
    first, other, ports = _damaged()
    found = affected(reach, ports)
    assert (found.unread, [one.id for one in found.standing]) == ((first,), [other])
    assert f"1 lease cannot be read, so whose is not known: {first}" in numbers(found)
    form = views.revoke_all_view(found, reach, "")
    assert "1 lease cannot be read" in read({"blocks": form["blocks"]})
    done = revoke_all(RevokeAll(reach=reach, actor="U0DAN", by="U0DAN"), ports)
    assert (done.ended, done.unread) == ((other,), (first,))
    said = read(dict(views.all_revoked(done, None, SCENE)))
    assert f"`{first}`. What they gave is removed when Daypass next compares" in said


def test_status_counts_what_cannot_be_read() -> None:
    """It is listed as live, and nobody can say that nothing keeps grants back."""
    _, _, ports = _damaged()
    report = stated(survey(ports))
    assert "prod: 1 active; looked at 0s ago; 1 that cannot be read" in report.text
    assert not report.good


def test_what_cannot_be_read_is_not_said_to_be_nothing() -> None:
    """Law 4: it may give access still."""
    first, _, ports = _damaged()
    found = replace(affected(Reach(), ports), standing=())
    said = read(dict(views.nothing(found, Reach(), SCENE)))
    assert "nothing is granted" not in said
    assert f"`{first}`" in said


def test_answer_says_which_leases_have_no_thread_that_tells() -> None:
    """What was taken over after a lost Redis has no request that anybody wrote to a channel."""
    world = a_world()
    (name,) = many(world, 1)
    done = revoke_all(RevokeAll(reach=Reach(), actor="U0DAN", by="U0DAN"), world.ask)
    said = read(dict(views.all_revoked(done, None, SCENE)))
    assert "Each request's thread" in said
    alone = replace(done, taken_over=(name,))
    said = read(dict(views.all_revoked(alone, None, SCENE)))
    assert f"Of `{name}` there is no thread" in said
    assert "Each request's thread" not in said
    both = replace(alone, leaving=(LeaseId("other"),))
    said = read(dict(views.all_revoked(both, None, SCENE)))
    assert "Each request's thread" in said
    assert f"Of `{name}` there is no thread" in said
    found = replace(affected(Reach(), world.ask), leaving=(replace(a_lease(), adopted=True),))
    assert "there is no thread" in read(dict(views.nothing(found, Reach(), SCENE)))
