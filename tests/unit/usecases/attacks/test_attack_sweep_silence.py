"""What a sweep tells of what a finalizer holds and nobody sees by its label any more."""

from dataclasses import replace

from daypass.domain.lease import SKEW, ObjectRef
from tests.unit.usecases.grants.sweeping import END, Trying, an_object, swept


class Stripped(Trying):
    """A cluster where somebody takes our label off whatever we delete and a finalizer holds."""

    def delete(self, ref: ObjectRef) -> tuple[str, ...] | None:
        """Delete it, then strip it."""
        held = super().delete(ref)
        there = self.read(ref)
        if there is not None:
            self._objects[ref.kind, ref.namespace, ref.name] = replace(there, labels={})
        return held


def test_sweep_does_not_say_removed_of_what_lost_its_label_while_a_finalizer_holds_it() -> None:
    """Law 4: it was refused, is still there with what it allows, and is not to be seen by label."""
    cluster = Stripped("prod", lambda: END + SKEW, namespaces=("payments",))
    found = cluster.put(replace(an_object(), finalizers=("example.com/held",)))
    result = swept(cluster)
    assert cluster.read(found.ref) is not None
    assert result.removed == ()
    assert not result.clean
