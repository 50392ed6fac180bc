"""What a cluster has instead of what a level names is found in its picture, and never taken."""

from daypass.domain.catalog import Level
from daypass.domain.discovery import wanted
from daypass.domain.grant import Subject
from daypass.domain.picture import Edit, Entry, Kind
from daypass.domain.roles import RoleKind, RoleRef
from daypass.ports import watch_of
from daypass.usecases.grants.near_names import LONGEST, near_names
from tests.builders import World, a_catalog, a_group_level, a_level, a_world

READER = RoleRef(name="log-reader", kind=RoleKind.ROLE)


def pictured(*entries: Entry, **levels: Level) -> World:
    """Return a world whose picture of prod shows these, and whose levels lack everything."""
    world = a_world(a_catalog(levels=tuple(levels.values())))
    world.heartbeats.take_duty(watch_of("prod"), "a")
    world.pictures.edit(Edit(cluster="prod", there=entries), watch_of("prod"), "a")
    return world


def found(world: World) -> dict[str, tuple[str, ...]]:
    """Return what is near on a cluster in which nothing is what it should be."""
    cluster = world.clusters["prod"]
    cluster.roles.clear()
    cluster.bound.clear()
    cluster.namespaces.clear()
    return dict(near_names(cluster.discover(wanted(world.catalog, "prod")), world.grants()))


def test_near_names_are_those_of_the_same_kind_and_place() -> None:
    """A Role of another namespace, or a ClusterRole of that name, is no slip of this one."""
    world = pictured(
        Entry(kind=Kind.CLUSTER_ROLE, name="View"),
        Entry(kind=Kind.CLUSTER_ROLE, name="log.reader"),
        Entry(kind=Kind.ROLE, namespace="payments", name="log_reader"),
        Entry(kind=Kind.ROLE, namespace="other", name="LogReader"),
        Entry(kind=Kind.NAMESPACE, name="pay-ments"),
        a=a_level("a"),
        b=a_level("b", role=READER),
        c=a_level("c", role=RoleRef(name="edit")),
    )
    assert found(world) == {
        "ClusterRole/view": ("View",),
        "Role/payments/log-reader": ("log_reader",),
        "Namespace/payments": ("pay-ments",),
    }


def test_near_groups_are_those_that_bindings_name() -> None:
    """A user of that name is none, and nothing is said of a name that fills a screen."""
    subjects = (
        Subject(kind="Group", name="Platform-Admins"),
        Subject(kind="Group", name="platform-admins" + "." * LONGEST),
        Subject(kind="User", name="platform_admins"),
    )
    binding = Entry(
        kind=Kind.CLUSTER_ROLE_BINDING, name="b", role=RoleRef(name="x"), subjects=subjects
    )
    world = pictured(binding, admins=a_group_level())
    assert found(world)["Group/platform-admins"] == ("Platform-Admins",)


def test_near_names_reads_nothing_where_nothing_is_missing() -> None:
    """A cluster that has all costs no look at its picture."""
    world = a_world()
    seen = world.clusters["prod"].discover(wanted(world.catalog, "prod"))
    assert near_names(seen, world.grants()) == {}
