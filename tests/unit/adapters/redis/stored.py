"""Samples of every kind as version 1 stores it, and what they mean.

A field may join them if it has a default; any other edit of a sample is a new version.
"""

from datetime import timedelta
from typing import Final

from daypass.adapters.redis.codec import Stored
from daypass.domain.audit import Action, AuditEvent
from daypass.domain.deliveries.mirror import Mirrored
from daypass.domain.discovery import Lane, Wanted
from daypass.domain.epoch import Epoch, Freeze
from daypass.domain.grant import Subject
from daypass.domain.ids import LeaseId, MoveId, PersonId, RequestId
from daypass.domain.lease import Attempt, Cut, EndCause, Extension, LeaseState, ObjectRef
from daypass.domain.notification import Receipt, Unsaid
from daypass.domain.offboarding import Offboarding
from daypass.domain.owning import NameOwner
from daypass.domain.people import Pin
from daypass.domain.picture import About, Entry, Kind
from daypass.domain.rbac import PolicyRule
from daypass.domain.rbac.meaning import Meaning
from daypass.domain.rbac.risk import Risk
from daypass.domain.request import Approval, RequestState
from daypass.domain.roles import Part, RoleRef
from daypass.domain.scope import within
from daypass.domain.shift import Shift
from daypass.domain.tally import Start, Tally
from daypass.domain.trail import Checkpoint
from tests.builders import NOON, a_lease, a_person, a_request, a_snapshot

HOUR: Final = timedelta(hours=1)

MEANING: Final[tuple[Stored, ...]] = (
    a_request(
        state=RequestState.APPROVED,
        approvals=(
            Approval(by=a_person("bob", "sre"), at=NOON, yes=True, duration=HOUR / 2, reason="ok"),
        ),
        decided_at=NOON,
        extends=LeaseId("m3q2m9x4t1bd-1"),
        version=2,
        move=MoveId("m2"),
    ),
    a_lease(
        state=LeaseState.REVOKING,
        tries=1,
        attempt=Attempt(
            number=1,
            objects=(
                ObjectRef(kind="RoleBinding", namespace="payments", name="daypass-1", uid="u1"),
            ),
            expires_at=NOON + HOUR,
            create_before=NOON + HOUR / 30,
            began_at=NOON,
            free_until=NOON + HOUR,
        ),
        granted_at=NOON,
        ends_at=NOON + HOUR,
        username="alice@example.com",
        cause=EndCause.RELEASED,
        ended_by="U0ALICE",
        extensions=(
            Extension(
                length=HOUR / 2,
                until=NOON + HOUR,
                asked_at=NOON,
                request=RequestId("p5q2m9x4t1bd"),
                version="v1",
                done_at=NOON,
            ),
        ),
        cuts=(Cut(to=NOON, at=NOON, by=PersonId("U0BOB"), why="INC-42"),),
        adopted=True,
        version=3,
        move=MoveId("m3"),
    ),
    Pin(
        id=PersonId("U0ALICE"),
        email="alice@example.com",
        pinned_at=NOON,
        version=1,
        move=MoveId("m1"),
    ),
    NameOwner(
        cluster="prod",
        username="alice@example.com",
        account=PersonId("U0ALICE"),
        since=NOON,
        version=1,
        move=MoveId("m1"),
    ),
    Freeze(
        by="alice",
        at=NOON,
        why="INC-42",
        clusters=frozenset({"prod"}),
        version=1,
        move=MoveId("m1"),
    ),
    Epoch(
        id="e1",
        install="main",
        begun_at=NOON,
        why="the store was empty",
        unproven=frozenset({"prod"}),
        version=1,
        move=MoveId("m1"),
    ),
    Tally(
        cluster="prod",
        username="alice@example.com",
        starts=(
            Start(
                lease=LeaseId("k7q2m9x4t1bd-1"),
                level="debug",
                scope=within("payments"),
                at=NOON,
                number=1,
                fixed_at=NOON,
                longest=timedelta(hours=1),
                version="v1",
            ),
        ),
        forgot_at=NOON,
        version=1,
        move=MoveId("m1"),
    ),
    a_snapshot(
        means={"ClusterRole/view": Meaning(digest="d", risks=(Risk.SECRETS,))},
        namespaces=frozenset({"payments"}),
        version="v1.36.3",
        asked_for=Wanted(
            cluster_roles=frozenset({"view"}),
            groups=frozenset({"ops"}),
            mirrored=(Mirrored(group="ops", part=Part(role=RoleRef(name="view"), namespace="a")),),
            choose=("team-*",),
        ),
        unread=frozenset({"Role/payments/reader"}),
        near={"ClusterRole/View": ("view",)},
        shifts=(Shift(key="ClusterRole/view", at=NOON, was=Meaning(digest="c"), now=None),),
        lane=Lane.OURS,
    ),
    About(cluster="prod", at=NOON, left_out={Kind.ROLE: 3}, unseen={Kind.NAMESPACE: "refused"}),
    Entry(
        kind=Kind.ROLE,
        namespace="payments",
        name="reader",
        labels={"a": "b"},
        annotations={"c": "d"},
        rules=(PolicyRule(verbs=("get",), resources=("pods",)),),
    ),
    Entry(
        kind=Kind.CLUSTER_ROLE_BINDING,
        name="readers",
        role=RoleRef(name="view"),
        subjects=(Subject(name="alice@example.com"),),
        left_out=2,
    ),
    Receipt(channel="C0APPROVE", ts="1.2", digest="d", since=NOON),
    Unsaid(
        request=RequestId("k7q2m9x4t1bd"),
        to=("C0APPROVE",),
        why="Invite it.",
        since=NOON,
        unasked=("C0APPROVE",),
    ),
    Offboarding(lease=LeaseId("k7q2m9x4t1bd-1"), why="the account is deactivated in Slack"),
    AuditEvent(
        at=NOON,
        action=Action.LEASE_ENDED,
        actor="grants",
        subject="k7q2m9x4t1bd-1",
        cluster="prod",
        facts={"cause": "expired"},
    ),
    Checkpoint(
        number=2,
        after="1-0",
        upto="5-1",
        count=1,
        marks="AAECAwQFBgc=",
        at=NOON,
        before="b",
        hash="h",
        mac="m",
    ),
)

STORED: Final[tuple[bytes, ...]] = (
    (
        b'{"v":1,"id":"k7q2m9x4t1bd","ask":{"requester":{"id":"U0ALICE","name":"alice",'
        b'"email":"alice@example.com","teams":["engineers"],'
        b'"verified_at":"2026-11-20T12:00:00Z"},"cluster":"prod","levels":["debug"],'
        b'"namespaces":[],"duration":"PT1H","reason":"INC-42"},'
        b'"plan":{"items":[{"level":"debug","scope":{"namespaces":["payments"]},'
        b'"workflow":"production","gives":"ClusterRole/view",'
        b'"meaning":"102e462e0db9adca16654eab441e2720ea985da8","risks":[]}],'
        b'"duration":"PT1H","longest":"PT4H",'
        b'"steps":[{"by":[{"team":"sre","email":""}],"count":1}],"channels":[["C0APPROVE"]],'
        b'"timeout":"PT1H","self_approval":false,"version":"v1","free":"PT1H"},'
        b'"asked_at":"2026-11-20T12:00:00Z","lapses_at":"2026-11-20T13:00:00Z",'
        b'"state":"approved","approvals":[{"by":{"id":"U0BOB","name":"bob",'
        b'"email":"bob@example.com","teams":["sre"],"verified_at":"2026-11-20T12:00:00Z"},'
        b'"at":"2026-11-20T12:00:00Z","yes":true,"duration":"PT30M","reason":"ok"}],'
        b'"decided_at":"2026-11-20T12:00:00Z","extends":"m3q2m9x4t1bd-1","renewed_at":null,'
        b'"version":2,"move":"m2"}'
    ),
    (
        b'{"v":1,"id":"k7q2m9x4t1bd-1","holder":{"id":"U0ALICE","name":"alice",'
        b'"email":"alice@example.com","teams":["engineers"],'
        b'"verified_at":"2026-11-20T12:00:00Z"},"approvers":["bob@example.com"],'
        b'"cluster":"prod","level":"debug","scope":{"namespaces":["payments"]},'
        b'"duration":"PT1H","approved_at":"2026-11-20T12:00:00Z","state":"revoking","tries":1,'
        b'"attempt":{"number":1,"objects":[{"kind":"RoleBinding","namespace":"payments",'
        b'"name":"daypass-1","uid":"u1"}],"expires_at":"2026-11-20T13:00:00Z",'
        b'"create_before":"2026-11-20T12:02:00Z","began_at":"2026-11-20T12:00:00Z",'
        b'"free_until":"2026-11-20T13:00:00Z"},"username":"alice@example.com",'
        b'"granted_at":"2026-11-20T12:00:00Z",'
        b'"ends_at":"2026-11-20T13:00:00Z","cause":"released","ended_by":"U0ALICE","why":"",'
        b'"proof":[],"already":"","kept":"","still":"","ended_at":null,'
        b'"extensions":[{"length":"PT30M","until":"2026-11-20T13:00:00Z",'
        b'"asked_at":"2026-11-20T12:00:00Z","request":"p5q2m9x4t1bd",'
        b'"version":"v1","done_at":"2026-11-20T12:00:00Z","refused":""}],'
        b'"cuts":[{"to":"2026-11-20T12:00:00Z","at":"2026-11-20T12:00:00Z",'
        b'"by":"U0BOB","why":"INC-42"}],"adopted":true,'
        b'"version":3,"move":"m3"}'
    ),
    (
        b'{"v":1,"id":"U0ALICE","email":"alice@example.com",'
        b'"pinned_at":"2026-11-20T12:00:00Z","version":1,"move":"m1"}'
    ),
    (
        b'{"v":1,"cluster":"prod","username":"alice@example.com","account":"U0ALICE",'
        b'"since":"2026-11-20T12:00:00Z","version":1,"move":"m1"}'
    ),
    (
        b'{"v":1,"by":"alice","at":"2026-11-20T12:00:00Z","why":"INC-42","everywhere":false,'
        b'"clusters":["prod"],"version":1,"move":"m1"}'
    ),
    (
        b'{"v":1,"id":"e1","install":"main","begun_at":"2026-11-20T12:00:00Z",'
        b'"why":"the store was empty","unproven":["prod"],"version":1,"move":"m1"}'
    ),
    (
        b'{"v":1,"cluster":"prod","username":"alice@example.com",'
        b'"starts":[{"lease":"k7q2m9x4t1bd-1","level":"debug","scope":{"namespaces":["payments"]},'
        b'"at":"2026-11-20T12:00:00Z","over":false,"undone":false,"number":1,'
        b'"fixed_at":"2026-11-20T12:00:00Z","longest":"PT1H",'
        b'"version":"v1"}],'
        b'"forgot_at":"2026-11-20T12:00:00Z","version":1,"move":"m1"}'
    ),
    (
        b'{"v":1,"cluster":"prod","taken_at":"2026-11-20T12:00:00Z",'
        b'"means":{"ClusterRole/view":{"digest":"d","risks":["secrets"]}},'
        b'"unread":["Role/payments/reader"],"namespaces":["payments"],"version":"v1.36.3","left_out":0,"asked_for":{"cluster_roles":["view"],"roles":[],'
        b'"groups":["ops"],"mirrored":[{"group":"ops","part":{"role":{"name":"view","kind":"ClusterRole"},"namespace":"a"}}],'
        b'"users":[],"namespaces":[],"choose":["team-*"]},"near":{"ClusterRole/View":["view"]},"shifts":[{"key":"ClusterRole/view",'
        b'"at":"2026-11-20T12:00:00Z","was":{"digest":"c","risks":[]},"now":null}],"lane":"ours"}'
    ),
    (
        b'{"v":1,"cluster":"prod","at":"2026-11-20T12:00:00Z","left_out":{"Role":3},'
        b'"unseen":{"Namespace":"refused"}}'
    ),
    (
        b'{"v":1,"kind":"Role","namespace":"payments","name":"reader","labels":{"a":"b"},'
        b'"annotations":{"c":"d"},"rules":[{"verbs":["get"],"api_groups":[""],"resources":["pods"],'
        b'"resource_names":[],"non_resource_urls":[]}],"aggregated":false,"role":null,'
        b'"subjects":[],"left_out":0}'
    ),
    (
        b'{"v":1,"kind":"ClusterRoleBinding","namespace":"","name":"readers","labels":{},'
        b'"annotations":{},"rules":[],"aggregated":false,"role":{"name":"view",'
        b'"kind":"ClusterRole"},"subjects":[{"name":"alice@example.com","kind":"User"}],'
        b'"left_out":2}'
    ),
    (
        b'{"v":1,"channel":"C0APPROVE","ts":"1.2","digest":"d","renewed_at":null,'
        b'"since":"2026-11-20T12:00:00Z"}'
    ),
    (
        b'{"v":1,"request":"k7q2m9x4t1bd","to":["C0APPROVE"],"why":"Invite it.",'
        b'"since":"2026-11-20T12:00:00Z","unasked":["C0APPROVE"]}'
    ),
    (b'{"v":1,"lease":"k7q2m9x4t1bd-1","why":"the account is deactivated in Slack"}'),
    (
        b'{"v":1,"at":"2026-11-20T12:00:00Z","action":"lease.ended","actor":"grants",'
        b'"subject":"k7q2m9x4t1bd-1","cluster":"prod","facts":{"cause":"expired"}}'
    ),
    (
        b'{"v":1,"number":2,"after":"1-0","upto":"5-1","count":1,"marks":"AAECAwQFBgc=",'
        b'"at":"2026-11-20T12:00:00Z","before":"b","hash":"h","mac":"m"}'
    ),
)
