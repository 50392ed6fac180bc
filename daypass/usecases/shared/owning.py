"""Who owns the username of somebody on a cluster: a name is one person's at a time (law 5)."""

from dataclasses import dataclass

from daypass.domain.catalog import Cluster
from daypass.domain.errors import UnreadableError
from daypass.domain.owning import NameOwner
from daypass.domain.people import Person, spelled
from daypass.ports import Ledger
from daypass.usecases.shared.readable import with_version


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned:
    """Another who is known by that name there, or the owner to keep with what makes it theirs.

    Neither where it is theirs already.
    """

    namesake: str = ""
    new: tuple[NameOwner, ...] = ()


def name_of(person: Person, cluster: str, ledger: Ledger) -> Owned:
    """Return who else is known by a person's name on a cluster, as far as they were seen there.

    What cannot be read is nobody's, as with the owner of an email: nobody could mend it.
    """
    known = ledger.catalog.clusters.get(cluster)
    if known is None:
        return Owned()
    username = spelled(known.username_of(person))
    owner, version = with_version(lambda: ledger.store.name_owner(cluster, username))
    if owner is not None and owner.account == person.id:
        return Owned()
    if owner is not None and (other := _still(owner, known, ledger)):
        return Owned(namesake=other)
    mine = NameOwner(
        cluster=cluster,
        username=username,
        account=person.id,
        since=ledger.clock.now(),
        version=version,
    )
    return Owned(new=(mine,))


def _still(owner: NameOwner, cluster: Cluster, ledger: Ledger) -> str:
    """Return who an owner is if the name is theirs by the configuration of now; empty if not.

    In doubt it is (law 10).
    """
    try:
        pin = ledger.store.pin(owner.account)
    except UnreadableError:
        return owner.account
    if pin is None:
        return ""
    person = Person(
        id=pin.id, name="", email=pin.email, teams=frozenset(), verified_at=pin.pinned_at
    )
    return pin.email if spelled(cluster.username_of(person)) == owner.username else ""
