"""The contract of the Cluster port: moved ends, watermarks, its time and its sign of life."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from daypass.domain.epoch import Freeze, Watermark
from daypass.domain.errors import PermanentOutsideError, TemporaryOutsideError
from daypass.domain.grant import EXPIRES_AT, MAC, GrantObject
from tests.contract.cluster.stages import NOW, Stage, an_object

LATER = {EXPIRES_AT: "2026-01-05T12:00:00Z", MAC: "ab" * 32}


def there(stage: Stage) -> GrantObject:
    """Create an object and read it, with its revision."""
    ref = stage.cluster.create(an_object(stage))
    found = stage.cluster.read(ref)
    assert found is not None
    assert found.revision
    return found


class TestAnnotate:
    def test_changes_what_is_named_and_nothing_else(self, stage: Stage) -> None:
        """An end is moved in place: the same object, the same uid, the same other annotations."""
        found = there(stage)
        stage.cluster.annotate(found, LATER)
        after = stage.cluster.read(found.ref)
        assert after == replace(found, annotations={**found.annotations, **LATER})
        assert after is not None
        assert after.revision != found.revision

    def test_refuses_when_object_was_sealed_anew_meanwhile(self, stage: Stage) -> None:
        """Who read an older seal has to look again: another worker moved its end."""
        found = there(stage)
        stage.cluster.annotate(found, LATER)
        with pytest.raises(TemporaryOutsideError, match="changed meanwhile") as raised:
            stage.cluster.annotate(found, {EXPIRES_AT: "2099-01-01T00:00:00Z"})
        assert not raised.value.unknown
        after = stage.cluster.read(found.ref)
        assert after is not None
        assert after.annotations[EXPIRES_AT] == LATER[EXPIRES_AT]

    def test_changes_it_although_somebody_else_was_before_us(self, stage: Stage) -> None:
        """Who may write bindings there keeps no end by changing them without end."""
        found = there(stage)
        stage.touches(found.ref)
        stage.cluster.annotate(found, LATER)
        after = stage.cluster.read(found.ref)
        assert after is not None
        assert after.annotations == {**found.annotations, **LATER}

    def test_refuses_when_object_is_gone(self, stage: Stage) -> None:
        """A lease whose object is gone has nothing to extend."""
        found = there(stage)
        stage.cluster.delete(found.ref)
        with pytest.raises(PermanentOutsideError, match="is gone"):
            stage.cluster.annotate(found, LATER)
        assert stage.cluster.read(found.ref) is None

    def test_refuses_when_another_took_its_name(self, stage: Stage) -> None:
        """Nobody else's object gets our end and our seal."""
        found = there(stage)
        stage.unbinds(found.ref)
        stage.binds(replace(found, annotations={}))
        with pytest.raises(PermanentOutsideError, match="is gone"):
            stage.cluster.annotate(found, LATER)
        after = stage.cluster.read(found.ref)
        assert after is not None
        assert EXPIRES_AT not in after.annotations

    def test_says_unknown_when_reply_is_lost(self, stage: Stage) -> None:
        """Without an answer the end may be moved, and here it is."""
        found = there(stage)
        with stage.losing_replies() as cluster, pytest.raises(TemporaryOutsideError) as raised:
            cluster.annotate(found, LATER)
        assert raised.value.unknown
        after = stage.cluster.read(found.ref)
        assert after is not None
        assert after.annotations[EXPIRES_AT] == LATER[EXPIRES_AT]

    def test_changes_nothing_when_cluster_is_down(self, stage: Stage) -> None:
        """A request that never left is no unknown outcome."""
        found = there(stage)
        with stage.unreachable() as cluster, pytest.raises(TemporaryOutsideError) as raised:
            cluster.annotate(found, LATER)
        assert not raised.value.unknown


class TestWatermark:
    def test_is_what_was_written_last(self, stage: Stage) -> None:
        """The cluster knows what a store that was set back does not (law 10)."""
        freeze = Freeze(by="U0BOB", at=NOW, why="INC-42", clusters=frozenset({"prod"}))
        first = Watermark(epoch="one", event="7-1", at=NOW, head="ab" * 32, freeze=freeze)
        second = Watermark(epoch="two", event="", at=NOW + timedelta(seconds=30))
        for mark in (first, second, first):
            stage.cluster.keep_watermark(mark)
            assert stage.cluster.watermark() == mark

    def test_raises_when_cluster_is_down(self, stage: Stage) -> None:
        """A cluster that does not answer is not one without a mark."""
        mark = Watermark(epoch="one", event="7-1", at=NOW)
        with stage.unreachable() as cluster:
            with pytest.raises(TemporaryOutsideError):
                cluster.watermark()
            with pytest.raises(TemporaryOutsideError):
                cluster.keep_watermark(mark)


class TestSignsOfLife:
    def test_tells_its_time_in_whole_seconds(self, stage: Stage) -> None:
        """Where there is no store the API server's clock is the one that counts."""
        at = stage.cluster.time()
        assert at.tzinfo is not None
        assert at.microsecond == 0
        assert at in (NOW, *(_near(datetime.now(UTC), at)))

    def test_answers_a_probe(self, stage: Stage) -> None:
        """Whoever answers is there; whoever does not is not."""
        stage.cluster.probe()
        with stage.unreachable() as cluster:
            with pytest.raises(TemporaryOutsideError):
                cluster.probe()
            with pytest.raises(TemporaryOutsideError):
                cluster.time()


def _near(now: datetime, at: datetime) -> tuple[datetime, ...]:
    """Return `at` if it is the time of this machine, within a minute."""
    return (at,) if abs(now - at) < timedelta(minutes=1) else ()
