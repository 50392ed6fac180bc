"""Who accounts are, and what is kept of users of clusters, in memory."""

from collections.abc import Collection, Mapping

from daypass.adapters.memory.agenda import MemoryAgenda
from daypass.adapters.memory.seen import Seen
from daypass.domain.errors import ConflictError
from daypass.domain.ids import PersonId
from daypass.domain.owning import NameOwner
from daypass.domain.people import Pin
from daypass.domain.tally import Tally


class Users(Seen):
    """The part of the store that keeps pins, owners of usernames and tallies."""

    def __init__(self, agenda: MemoryAgenda) -> None:
        super().__init__(agenda)
        self._pins: dict[PersonId, Pin] = {}
        self._owners: dict[tuple[str, str], NameOwner] = {}
        self._tallies: dict[tuple[str, str], Tally] = {}

    def tally(self, cluster: str, username: str) -> Tally:
        """Return what was begun to be granted to a user of a cluster; an empty one for nobody."""
        none = Tally(cluster=cluster, username=username)
        return self._tallies.get(place_of(none), none)

    def tallies(self, cluster: str, usernames: Collection[str]) -> Mapping[str, Tally | None]:
        """Return those of some users of a cluster; there is none that cannot be read here."""
        return {username: self.tally(cluster, username) for username in usernames}

    def pin(self, person: PersonId) -> Pin | None:
        """Return what was pinned of an account."""
        return self._pins.get(person)

    def owner(self, email: str) -> PersonId | None:
        """Return the account to which an email is pinned."""
        with self._agenda.lock:
            return next((pin.id for pin in self._pins.values() if pin.email == email), None)

    def _expect_email_free(self, pin: Pin) -> None:
        if self.owner(pin.email) not in (None, pin.id):
            raise ConflictError(f"the email of {pin.id} is pinned to another account")

    def name_owner(self, cluster: str, username: str) -> NameOwner | None:
        """Return who owns a username on a cluster."""
        return self._owners.get((cluster, username))


def place_of(one: Tally | NameOwner) -> tuple[str, str]:
    """Return of which user of which cluster it is."""
    return one.cluster, one.username
