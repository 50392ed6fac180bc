"""What the use cases need of the outside world; each port is real once and in memory once.

All of them raise only `OutsideError` (and `ConflictError` for `Store.commit`).
"""

from daypass.ports.agenda import (
    DUTY_HELD,
    HURRIED,
    NOTIFICATIONS,
    PUT_OFF,
    QUIET,
    TIMEKEEPER,
    Agenda,
    Claim,
    Heartbeats,
    Outlook,
    Promise,
    PromiseKind,
    Share,
    kinds_of,
    watch_of,
)
from daypass.ports.bundles import AskPorts, GrantPorts, Ledger, NotifyPorts, PeoplePorts, TrailPorts
from daypass.ports.clock import Clock
from daypass.ports.moves import Moves
from daypass.ports.outside import Chat, Cluster, Each, Ids, People
from daypass.ports.pictures import Pictures
from daypass.ports.store import Change, Conditions, Store, joined
from daypass.ports.trail import Archive, Over, Trail
from daypass.ports.upkeep import Inspector, Server
from daypass.ports.witness import Known, Witness

__all__ = [
    "DUTY_HELD",
    "HURRIED",
    "NOTIFICATIONS",
    "PUT_OFF",
    "QUIET",
    "TIMEKEEPER",
    "Agenda",
    "Archive",
    "AskPorts",
    "Change",
    "Chat",
    "Claim",
    "Clock",
    "Cluster",
    "Conditions",
    "Each",
    "GrantPorts",
    "Heartbeats",
    "Ids",
    "Inspector",
    "Known",
    "Ledger",
    "Moves",
    "NotifyPorts",
    "Outlook",
    "Over",
    "People",
    "PeoplePorts",
    "Pictures",
    "Promise",
    "PromiseKind",
    "Server",
    "Share",
    "Store",
    "Trail",
    "TrailPorts",
    "Witness",
    "joined",
    "kinds_of",
    "watch_of",
]
