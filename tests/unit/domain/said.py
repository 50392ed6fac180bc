"""What people read for each reason of a no."""

from datetime import timedelta
from typing import Any

from daypass.domain import reasons as no
from daypass.domain.ids import LeaseId, RequestId
from daypass.domain.people import Distrust
from daypass.domain.reasons import Reason
from daypass.domain.scope import within
from tests.builders import NOON

HOUR = timedelta(hours=1)

TAKEN: dict[str, Any] = {
    "there": LeaseId("k7q2m9x4t1bd-1"),
    "level": "debug",
    "cluster": "prod",
    "scope": within("payments"),
    "most": 1,
    "free": (),
}
SAID: list[tuple[Reason, str]] = [
    (
        no.Nobody(name="eve", why=Distrust.BOT),
        "eve cannot use Daypass: bots cannot ask for access or approve it.",
    ),
    (
        no.UnknownCluster(name="prdo", nearest=("prod", "prod-eu")),
        "There is no cluster “prdo”. Did you mean prod or prod-eu?",
    ),
    (no.UnknownLevel(name="x", nearest=()), "There is no level “x”."),
    (
        no.NotOffered(level="debug", cluster="dev", offered_on=("prod", "qa")),
        "debug is not offered on dev. It is offered on prod and qa.",
    ),
    (no.NotOffered(level="debug", cluster="dev", offered_on=()), "debug is not offered on dev."),
    (
        no.NamespaceNotAllowed(level="debug", namespace="b", allowed=("a",)),
        "debug cannot be had in b, only in a.",
    ),
    (
        no.NamespaceNotAllowed(level="nodes", namespace="b", allowed=()),
        "nodes takes no namespace: it is not limited to one.",
    ),
    (
        no.NamespaceNeeded(level="open", choose=("team-*", "x")),
        "open needs --namespace, one of team-* or x.",
    ),
    (
        no.NoWorkflow(who="eve", level="debug", cluster="prod"),
        "No workflow lets eve ask for debug on prod.",
    ),
    (
        no.NameTaken(cluster="prod", who="alice", username="ops", other="bob@example.com"),
        (
            "prod would know alice as “ops”, and so does it know bob@example.com: each would have "
            "what the other is granted. An administrator writes another name for one of the two in "
            "daypass.yaml, clusters.prod.overrides."
        ),
    ),
    (
        no.OnlyWhole(request="k7", levels=2, verb="deny"),
        "One answer holds for all 2 levels of a request: “deny k7” is the line for that.",
    ),
    (no.ReasonMissing(workflow="w"), 'Workflow w needs a reason: --reason "…".'),
    (
        no.ReasonTooLong(length=5_000, most=1_000),
        "The reason has 5,000 characters; 1,000 is the most.",
    ),
    (
        no.HoldsSecret(kind="AWS access key"),
        (
            "What you wrote seems to hold a secret (AWS access key). Nothing was stored. If it is "
            "real, replace it, for it was seen on the way here; if not, write it otherwise."
        ),
    ),
    (
        no.DurationTooLong(asked=5 * HOUR, most=HOUR, workflow="w"),
        "5h is too long: workflow w gives at most 1h.",
    ),
    (
        no.HeldAlready(**TAKEN, until=NOON, more=HOUR),
        (
            "debug is held on prod already: lease k7q2m9x4t1bd-1 lasts until 2026-11-20 12:00 UTC, "
            "in payments. One person has it once in one place at one time."
        ),
    ),
    (
        no.HeldAlready(**{**TAKEN, "most": 2}, until=None, more=HOUR),
        (
            "debug is being granted on prod already: lease k7q2m9x4t1bd-1, in payments. "
            "One person has it at most 2 times in one place at one time."
        ),
    ),
    (
        no.HeldAlready(**TAKEN, until=NOON, more=timedelta(0)),
        (
            "debug is held on prod already: lease k7q2m9x4t1bd-1 lasts until 2026-11-20 12:00 UTC, "
            "in payments. One person has it once in one place at one time. "
            "It takes no more time."
        ),
    ),
    (
        no.HeldAlready(**TAKEN, until=NOON, more=HOUR, others=True),
        (
            "debug is held on prod already: lease k7q2m9x4t1bd-1 lasts until 2026-11-20 12:00 UTC, "
            "in payments. One person has it once in one place at one time. "
            "Another account holds it that is the same user there."
        ),
    ),
    (
        no.AskedAlready(**{**TAKEN, "there": RequestId("k7q2m9x4t1bd")}, by=("team:sre",)),
        (
            "debug is asked for on prod already: request k7q2m9x4t1bd waits for team:sre, "
            "in payments. One person has it once in one place at one time."
        ),
    ),
    (
        no.TooOften(cluster="prod", most=30),
        (
            "30 leases within a minute are the most that one person is granted on prod; "
            "a minute later there can be more."
        ),
    ),
    (
        no.TooManyUndecided(given=20, most=20),
        (
            "20 of your requests wait for an answer, and 20 are the most at one time: "
            "“requests” lists them, “cancel ID” takes one back."
        ),
    ),
    (
        no.TooMuchHeld(cluster="prod"),
        (
            "So much is held on prod by one person already that no more could be counted: "
            "release some of it, or wait until some of it ends."
        ),
    ),
    (
        no.NoLevel(who="bob", cluster="prod", offered=("debug", "edit")),
        (
            "Which level? None was named, and none is the default on prod. You may ask for debug, "
            "edit: say it with --k8sGroup=debug; “catalog” lists them."
        ),
    ),
    (
        no.NoLevel(who="bob", cluster="prod"),
        "No workflow lets bob ask for any level on prod.",
    ),
    (
        no.NotPositive(given=timedelta(0)),
        "0 s is not longer than zero; write 90m, 1h30m, 2 hours or PT1H.",
    ),
    (
        no.NotShorter(given=2 * HOUR, asked=HOUR),
        "2h is longer than the 1h that were asked for; an approver may only shorten.",
    ),
    (
        no.NoPossibleApprover(workflow="w", by=("team:sre (bob)",), needed=2, possible=1),
        "Workflow w needs 2 of team:sre (bob), and there are 1 who could say yes.",
    ),
    (
        no.Lacking(level="debug", cluster="prod", what=("ClusterRole/view",)),
        "debug cannot be granted: prod has no ClusterRole/view.",
    ),
    (
        no.ClusterUnavailable(cluster="prod"),
        "prod is unavailable: it was not checked successfully of late.",
    ),
    (
        no.NoTimekeeper(),
        "No access is granted while no timekeeper runs, for nobody would end it on time.",
    ),
    (
        no.Frozen(by="dan", why="INC-42.", where=""),
        "No access is granted for now; dan stopped it: INC-42.",
    ),
    (
        no.Frozen(by="dan", why="", where="prod"),
        "No access is granted on prod for now; dan stopped it.",
    ),
    (
        no.Restoring(cluster="prod"),
        ("Daypass lost its memory and looks at what is on prod first; mostly that takes seconds."),
    ),
    (
        no.FreezeUnreadable(),
        (
            "The freeze that is stored cannot be read, so nothing is granted anywhere. "
            "Write a new one with “freeze”, then lift that with “thaw”."
        ),
    ),
    (no.NotFrozen(), "Nothing is frozen."),
    (no.NotFrozen(cluster="prod"), "prod is not frozen."),
    (
        no.NotFrozen(cluster="prod", everywhere=True),
        (
            "prod is frozen because every cluster is; "
            "“thaw” without a cluster lifts that, “freeze CLUSTER” keeps one frozen."
        ),
    ),
    (
        no.UnknownPerson(text="bbo@example.com"),
        "Daypass never saw an account “bbo@example.com”; write its Slack id (U…) or its email.",
    ),
    (no.Forbidden(what="Group “system:masters”"), "Group “system:masters” is never granted."),
    (
        no.ClusterFull(cluster="prod", most=500),
        "prod already has 500 cluster-wide leases, the most at one time.",
    ),
    (
        no.UnknownRequest(text="abc"),
        "There is no request or lease “abc”. “requests” and “leases” list yours.",
    ),
    (no.WhichOne(what="lease", ids=()), "You have no lease."),
    (no.WhichOne(what="lease", ids=("a", "b")), "Which lease? You have a and b."),
    (
        no.NotAnApprover(could=("team:sre (bob)", "dan@example.com")),
        "You are not an approver of this request. team:sre (bob) or dan@example.com could say yes.",
    ),
    (
        no.SelfApproval(could=("team:sre (bob)",)),
        "Nobody approves their own request. team:sre (bob) could say yes.",
    ),
    (
        no.CountedAlready(could=("team:sre (bob, dan)",)),
        (
            "Your yes is already counted, and nobody counts twice. "
            "The request waits for another one, of team:sre (bob, dan)."
        ),
    ),
    (
        no.NeededLater(could=("team:sre (bob, dan)",)),
        (
            "Your yes is needed for a later step: nobody counts twice, and without you too few "
            "could say yes there. Let somebody else of team:sre (bob, dan) say yes first."
        ),
    ),
    (
        no.NotPending(request="k7", state="approved", by="bob"),
        "Request k7 is already approved by bob.",
    ),
    (no.NotPending(request="k7", state="timed out", by=""), "Request k7 is already timed out."),
    (
        no.NoLease(request="k7", state="pending"),
        "Request k7 is pending: there is no lease of it.",
    ),
    (no.AlreadyEnding(lease="k7-1", state="ended"), "Lease k7-1 is already ended."),
    (
        no.NotYours(verb="release", what="lease k7-1", could=("alice",)),
        "You may not release lease k7-1. alice could.",
    ),
    (
        no.ConfigurationChanged(what="ask again."),
        "The rules come to something else than when it was asked for: ask again.",
    ),
    (
        no.TooManyLevels(given=16, most=15),
        (
            "16 levels are more than one person can read at once; "
            "15 fit in one request. Ask for the others in another one."
        ),
    ),
    (
        no.TooManyNamespaces(level="team-view", given=300, fit=115),
        (
            "team-view in 300 namespaces is more than one person can read at once; "
            "115 namespaces fit in this request. Name those with --namespace, and ask for the "
            "others in another request."
        ),
    ),
    (
        no.NotPictured(cluster="prod"),
        (
            "Nothing of prod is known yet: a grants worker that may watch its roles and bindings "
            "tells what is there."
        ),
    ),
    (
        no.NotThere(text="Role/a/b", cluster="prod"),
        "There is no Role/a/b on prod, or none that you may see.",
    ),
    (
        no.UnknownKind(text="pod", kinds=("Role", "User")),
        "“pod” is no kind of thing; there are Role and User.",
    ),
]
