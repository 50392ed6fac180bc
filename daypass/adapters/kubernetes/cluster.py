"""A real API server as the `Cluster` port: creates, deletes with the uid, reviews, looks around."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

import structlog

from daypass.adapters.kubernetes import surroundings
from daypass.adapters.kubernetes.access import Way
from daypass.adapters.kubernetes.bonds import meanings_of_groups
from daypass.adapters.kubernetes.client import Api
from daypass.adapters.kubernetes.errors import TooMuchError, reading, refusal
from daypass.adapters.kubernetes.in_lane import InLane
from daypass.adapters.kubernetes.labelled import labelled
from daypass.adapters.kubernetes.manifests import delete_options, finalizers, found, path
from daypass.adapters.kubernetes.picturing import picture
from daypass.adapters.kubernetes.reply import Reply
from daypass.adapters.kubernetes.reviews import reviewed
from daypass.adapters.kubernetes.roles import Roles
from daypass.adapters.kubernetes.streaming import SILENT
from daypass.adapters.kubernetes.unaddressable import delete_unaddressable, keeping, unaddressable
from daypass.adapters.kubernetes.watching import watch
from daypass.adapters.kubernetes.watermark import marked, marking, watermark_path
from daypass.adapters.kubernetes.wide import NARROW, Wide
from daypass.adapters.kubernetes.writing import annotate, create
from daypass.domain.access import ClusterAccess
from daypass.domain.discovery import NOTHING, Snapshot, Wanted
from daypass.domain.epoch import Watermark
from daypass.domain.errors import BrokenInvariantError, PermanentOutsideError
from daypass.domain.grant import INSTALL, LEASE, OURS, GrantObject
from daypass.domain.ids import LeaseId
from daypass.domain.lease import ObjectRef
from daypass.domain.listed import Listed, listed
from daypass.domain.picture import Kind, Shown
from daypass.domain.rbac import probes
from daypass.domain.rbac.meaning import TOO_MUCH, Meaning
from daypass.domain.review import Answer, Question
from daypass.domain.sighting import Sighting

CALL_TIMEOUT: Final = timedelta(seconds=5)
"""A healthy server answers within milliseconds; an end must not wait for one that hangs."""
_IS_NOT_THERE: Final = (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT)
"""What says that an object is gone, or another; so may a webhook that refuses a deletion."""
_log = structlog.get_logger()


class ApiCluster:
    """One API server, reached with `access`; nothing is read or connected before the first call.

    `install` says whose watermark is meant.
    """

    def __init__(
        self,
        name: str,
        access: ClusterAccess,
        *,
        install: str,
        now: Callable[[], datetime],
        timeout: timedelta = CALL_TIMEOUT,
    ) -> None:
        self.name = name
        self._way = Way(access)
        self._install = install
        self._now = now
        self._timeout = timeout
        self.silent = SILENT
        """Seconds without a byte after which a watch that is begun then is taken for dead."""
        self._made: Api | None = None
        self._servers: int | None = None
        self._uncounted = False
        self._objects, self._roles = Wide(), Roles()
        self._lane = InLane(name, install)

    def create(self, planned: GrantObject) -> ObjectRef:
        """Create an object, or find the very same one there already; return it with its uid.

        Raises:
            PermanentOutsideError: another object has that name, the server refuses for good, or it
                made something else of it, which is deleted.
            TemporaryOutsideError: with `unknown` where it may have been created all the same.
        """
        return create(self._api, planned, read=self.read, delete=self.delete)

    def read(self, ref: ObjectRef) -> GrantObject | None:
        """Return the object of that name as it is now, with its uid."""
        if not ref.addressable:
            return unaddressable(self._api, ref)
        api = self._api
        with self._objects.answer(lambda most: api.get(path(ref), most=most)) as reply:
            if reply.status == HTTPStatus.NOT_FOUND:
                return None
            self._must("GET", path(ref), reply)
            return self._read(ref, reply, writes=False)

    def delete(self, ref: ObjectRef) -> tuple[str, ...] | None:
        """Delete the object with exactly that uid; one that is gone already is fine.

        Returns the finalizers that keep it all the same, none when it went just now, and None where
        nothing of that name was there.

        Raises:
            PermanentOutsideError: another object has that name now.
            TemporaryOutsideError: with `unknown` where it may have been deleted all the same.
        """
        if not ref.uid:
            raise BrokenInvariantError(f"{ref} is to be deleted without its uid")
        if not ref.addressable:
            return delete_unaddressable(self._api, ref)
        try:
            reply = self._api.write("DELETE", path(ref), delete_options(ref), most=NARROW)
        except TooMuchError as error:
            return self._answered_at_length(ref, error)
        if reply.status in _IS_NOT_THERE and not self._is_there(ref):
            if reply.status == HTTPStatus.CONFLICT:
                raise PermanentOutsideError(f"{self.name}: {ref} was replaced by somebody")
            return None
        if not reply.good:
            raise refusal(self._api.what("DELETE", path(ref)), reply, writes=True)
        with reading(self._api.what("DELETE", path(ref)), writes=True):
            # What is gone is answered with a Status, what is still there with itself.
            return finalizers(reply.body)

    def of_leases(self, leases: Sequence[LeaseId], install: str) -> Sequence[Listed]:
        """Return what is there under our label, and an install's, for these leases."""
        if not leases:
            return ()
        selector = f"{OURS},{INSTALL}={install},{LEASE} in ({','.join(leases)})"
        # Ends of others wait for this one; what it does not find a look does, which has time.
        return tuple(map(listed, labelled(self._api, selector, patient=False)))

    def ours(self) -> Iterator[GrantObject]:
        """Return everything under our label, page by page, of every install.

        Where one kind cannot be listed the other comes before that is raised.
        """
        return labelled(self._api, OURS)

    def watch(self, kind: str, since: str = "") -> Iterator[Sighting]:
        """Yield what changes of a kind under our label, of every install, as it happens."""
        return watch(self._api, kind, since, silent=self.silent)

    def picture(self, kind: Kind, since: str = "") -> Iterator[Shown]:
        """Yield everybody's things of a kind, and then what changes; see `picturing`."""
        return picture(self._api, kind, since, install=self._install, silent=self.silent)

    def means(self, roles: Sequence[str]) -> Mapping[str, Meaning]:
        """Return what those of `roles` that are there allow, as the cluster said a second ago."""
        return self._roles.means(self._api, roles)

    def questions(self, planned: GrantObject) -> Sequence[Question]:
        """Return access reviews that the object makes true, from its role's rules.

        Raises:
            PermanentOutsideError: the role does not exist or allows nothing.
        """
        asked = probes(planned, self._roles.rules(self._api, planned))
        if not asked:
            what = f"{self.name}: {planned.role} allows nothing"
            raise PermanentOutsideError(f"{what} that could be proven in plain words")
        return asked

    def reviews(self, question: Question) -> Sequence[Answer]:
        """Ask the cluster itself: as many answers as it had API servers when it was last seen.

        Whoever has not looked at it yet counts them first: another process may look, and one that
        was just started proves ends as well.
        """
        if self._servers is None:
            with reading(f"{self.name}: API servers", writes=False):
                self._servers = self._count(self._api)
        return reviewed(self._api, question, self._servers)

    def annotate(self, found: GrantObject, annotations: Mapping[str, str]) -> None:
        """Change annotations of exactly the object that was read, while it is sealed as it was.

        Raises:
            PermanentOutsideError: it is gone, or the server refuses for good.
            TemporaryOutsideError: somebody changed it; with `unknown` where it may have happened.
        """
        annotate(self._api, found, annotations, read=self.read)

    def watermark(self) -> Watermark | None:
        """Return how far the store had come when we last were here; None where nothing says."""
        place = watermark_path(self._install)
        reply = self._api.get(place)
        if reply.status == HTTPStatus.NOT_FOUND:
            return None
        self._must("GET", place, reply)
        with reading(self._api.what("GET", place), writes=False):
            return marked(reply.body)

    def keep_watermark(self, mark: Watermark) -> None:
        """Write down how far the store has come.

        Raises:
            PermanentOutsideError: there is no place for it: its ConfigMap or the right is missing.
        """
        place = watermark_path(self._install)
        reply = self._api.write("PATCH", place, marking(mark))
        what = self._api.what("PATCH", place)
        if reply.status in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND):
            raise PermanentOutsideError(
                f"{what}: {reply.status}; apply what `daypass rbac` prints for this cluster"
            )
        if not reply.good:
            raise refusal(what, reply, writes=True)

    def time(self) -> datetime:
        """Return the API server's own time, whole seconds, for when there is no store."""
        at = self._api.must_get(surroundings.VERSION).at
        if at is None:
            raise PermanentOutsideError(f"{self.name}: the server does not say what time it is")
        return at

    def probe(self) -> None:
        """Ask for next to nothing; TemporaryOutsideError when it is not there or not ready."""
        self._api.probe()

    def discover(self, wanted: Wanted = NOTHING) -> Snapshot:
        """Look at the roles and namespaces that are wanted; forgets the rules it knew."""
        self.forget_roles()
        api = self._api
        with reading(f"{self.name}: discovery", writes=False):
            self._servers = self._count(api)
            found = surroundings.places(api, wanted)
            means = dict(surroundings.meanings(api, wanted, found.names))
            means |= meanings_of_groups(api, wanted, install=self._install)
            kept = surroundings.fitting(means)
            return Snapshot(
                cluster=self.name,
                means={name: one for name, one in kept.items() if one != TOO_MUCH},
                unread=frozenset(name for name, one in kept.items() if one == TOO_MUCH),
                namespaces=found.names,
                left_out=found.left_out + len(means) - len(kept),
                version=surroundings.version(api),
                taken_at=self._now(),
                lane=self._lane.look(api),
            )

    def forget_roles(self) -> None:
        """Read rules anew from now on."""
        self._roles.forget()

    def close(self) -> None:
        """Close the connections; the next call opens new ones."""
        made, self._made = self._made, None
        if made is not None:
            made.close()

    @property
    def _api(self) -> Api:
        made = self._made
        if made is None:  # Two threads may both make one: the loser's serves one call.
            made = self._made = Api(self.name, self._way, self._timeout)
        return made

    def _count(self, api: Api) -> int:
        """Count the API servers; where that is forbidden by now it is said, and they are as many.

        One does not speak for all because somebody took the right away.
        """
        found = surroundings.servers(api)
        if found is None and not self._uncounted:
            _log.warning(
                "cluster.servers_uncounted", cluster=self.name, taken_for=self._servers or 1
            )
        self._uncounted = found is None
        return found or self._servers or 1

    def _answered_at_length(self, ref: ObjectRef, error: TooMuchError) -> tuple[str, ...] | None:
        """Return what keeps it, as what is gone is answered in few words; or it was refused so."""
        if error.beginning:
            return keeping(ref, self.read(ref))
        if self._is_there(ref):
            raise error
        return None

    def _is_there(self, ref: ObjectRef) -> bool:
        """Whether it is, by a look at it: no webhook has a word in that."""
        found = self.read(ref)
        return found is not None and found.ref.uid == ref.uid

    def _read(self, ref: ObjectRef, reply: Reply, *, writes: bool) -> GrantObject:
        with reading(self._api.what("GET", path(ref)), writes=writes):
            return found(ref.kind, reply.body)

    def _must(self, method: str, place: str, reply: Reply) -> None:
        if not reply.good:
            raise refusal(self._api.what(method, place), reply, writes=False)
