"""What people read of odd things that a real API server takes: all of it, told apart, as text."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, Final

import pytest
from kubernetes.client import ApiException
from slack_sdk import WebClient

from bot.commands import COMMANDS
from bot.grammar.line import Line, Verb
from bot.grammar.parse import parse
from bot.responses import Responder
from bot.services import Services
from daypass.adapters.kubernetes.rights import rights
from daypass.adapters.kubernetes.static import account, rule
from daypass.adapters.slack.limits import check_message
from daypass.adapters.slack.views.scene import Scene
from daypass.cli.discover import listed
from daypass.cli.parser import parser
from daypass.domain.errors import RefusedError
from daypass.domain.ids import PersonId
from daypass.domain.picture import ROLES as ROLE_KINDS
from daypass.domain.picture import Entry, Kind
from sandbox.seed import apply
from tests.integration.oddities import (
    ALIKE,
    BINDINGS,
    GROUPS,
    HIDDEN,
    HOME,
    LONG,
    LONG_USER,
    MARKS,
    PAGES,
    PLAIN,
    REFUSED,
    ROLES,
    STRAYED,
    USERS,
    a_role,
    odd_things,
)
from tests.integration.site import ALICE, BOB, INSTALL, Site
from tests.unit.adapters.slack.examples import texts

pytestmark = pytest.mark.real
DAN: Final = PersonId("U0DAN")
ACTING: Final = ("<!channel>", "<@U0BOB>", "\u202e", "\u200b", "`c`")
"""What would act in Slack, or look like something else."""
FORMATTING: Final = ("*b*", ":fire:")
"""What would, outside of code."""


@pytest.fixture(scope="module")
def odd(site: Site) -> Iterator[Site]:
    """A site whose prod has all of it, and a picture that shows it."""
    with odd_things(site.prod):
        site.until(lambda: pictured(site).keys() >= wanted())
        site.until(lambda: site.ask.pictures.about("prod") is not None)
        yield site


def wanted() -> set[tuple[str, str]]:
    """Return kind and name of all that was made."""
    return {(one["kind"], one["metadata"]["name"]) for one in (*ROLES, *BINDINGS)}


def pictured(site: Site) -> dict[tuple[str, str], Entry]:
    """Return what the picture has, by kind and name."""
    found = (one for kind in Kind for one in site.ask.pictures.entries("prod", kind))
    return {(one.kind.value, one.name): one for one in found}


def by_name(site: Site, *words: str) -> Mapping[tuple[str, str], Mapping[str, Any]]:
    """Return what `daypass discover --json` prints of it."""
    given = parser().parse_args(["discover", "prod", *words, "--json"])
    found = map(json.loads, listed(given, site.ask))
    return {(one["kind"], one["name"]): one for one in found}


def said(site: Site, text: str, actor: PersonId = DAN) -> str:
    """Return what somebody reads who types that."""
    line = parse(text)
    assert isinstance(line, Line), line
    return shown(site, line, actor)


def shown(site: Site, line: Line, actor: PersonId = DAN) -> str:
    """Return what somebody reads who means that: as Slack takes it, and as text."""
    scene = Scene(command="/access", catalog=site.ask.catalog)
    services = Services(ports=site.ask, responder=Responder(WebClient()), scene=scene)
    message = COMMANDS[line.verb](line, actor, services)
    assert not check_message(message)
    read = "\n".join(dict.fromkeys(texts(message)))
    outside = re.sub(r"`[^`\n]*`", "", read)
    assert not [one for one in ACTING if one in read]
    assert not [one for one in FORMATTING if one in outside]
    return read


def pages(site: Site, text: str, actor: PersonId = DAN) -> str:
    """Return what they read who go on to the last page, by the line that stands there."""
    read = [said(site, text, actor)]
    while (more := re.search(r"/access (.* --page \d+)", read[-1])) and "And " in read[-1]:
        read.append(said(site, more[1], actor))
    return "\n".join(read)


@pytest.mark.parametrize("body", REFUSED, ids=lambda one: one["metadata"]["name"])
def test_no_api_server_takes_that(site: Site, body: dict[str, Any]) -> None:
    """So nobody ever has to read it."""
    with pytest.raises(ApiException) as refused:
        site.prod.admin().post(PAGES[body["kind"]], body)
    assert refused.value.status == HTTPStatus.UNPROCESSABLE_ENTITY


def test_all_of_it_is_told_apart_on_a_terminal(odd: Site) -> None:
    """No name is folded into another, no rule is lost uncounted, and no line is obeyed."""
    found = by_name(odd, "odd")
    assert found.keys() >= wanted()
    assert {("ClusterRole", one) for one in ALIKE} < found.keys()
    assert {name for kind, name in found if kind == "Group"} >= {*GROUPS, MARKS, PLAIN}
    users = {name for kind, name in found if kind == "User"}
    assert users >= {one for one in USERS if not one.startswith(LONG_USER)}
    assert len({one for one in users if one.startswith(LONG_USER[:80])}) == 2
    roles = {name: one for (kind, name), one in found.items() if kind == "ClusterRole"}
    thousand = roles["odd-thousand"]
    assert len(thousand["rules"]) + thousand["left_out"] == 1_000
    assert roles["odd-stars"]["risks"] == ["everything"]
    assert {"secrets", "escalation"} < set(roles["odd-named"]["risks"])
    assert not roles["odd-empty"]["risks"]
    assert roles["odd-paths"]["rules"][0]["nonResourceURLs"] == ["/healthz", "/odd/*", "*"]
    lines = list(listed(parser().parse_args(["discover", "prod", "odd"]), odd.ask))
    assert len(lines) == len(found) + 1
    assert all(line.isprintable() for line in lines)
    assert any("709 not kept, which may lead further" in line for line in lines)
    assert any("ClusterRole/view to nobody" in line for line in lines)


def test_all_of_it_is_told_apart_in_slack(odd: Site) -> None:
    """On every page, with what was not kept or does not show."""
    found, there = pages(odd, "discover prod odd"), pages(odd, "who prod payments")
    for one in (*ALIKE, "system:odd:x", LONG):
        assert f"ClusterRole `{one}`" in found
    for one in (PLAIN, HIDDEN.replace("\u200b", "\ufffd"), "ODD@example.com", "Odd User"):
        assert f"User `{one}`\n" in found
        assert f"User `{one}`: " in there
    for one in GROUPS:
        assert f"Group `{one}`" in found
    assert "291 rules, and 709 that were too many to be kept and may lead further" in found
    assert "`odd-stars`\n1 rule · ⚠️ do anything" in found
    assert "gives `ClusterRole/view` to nobody" in found
    assert "ServiceAccount `payments/odd-home`: `ClusterRole/odd-stars` in `payments`" in there
    assert (
        "odd &lt;!channel&gt; *b* \u02cbc\u02cb :fire: \ufffd🦊 &lt;@U0BOB&gt;\ufffd&gt; q" in found
    )


def test_rules_are_shown_whatever_a_role_is_called(odd: Site) -> None:
    """By the key that its button carries; rules that name nothing say so."""
    for role, rules_said in {
        MARKS: "`get` on `pods` (core)",
        LONG: "`get` on `pods` (core)",
        "odd-empty": "`nothing` on `nothing` (core)",
        "odd-named": "`*` on `*` (\u2217), only `*, one`",
        "odd-paths": "`get, *` on `/healthz, /odd/*, *`",
    }.items():
        line = Line(verb=Verb.DISCOVER, words=("prod", f"ClusterRole/{role}"))
        assert rules_said in shown(odd, line)
    assert "And 276 more" in said(odd, "discover prod ClusterRole/odd-thousand")


def test_answers_are_those_of_the_server(odd: Site) -> None:
    """Where a namespace stands beside a user it hides nobody; what was not kept is a perhaps."""
    for user in (STRAYED, HOME):
        assert may_get_secrets(odd, user)
    asked = "can-i get secrets -n payments --on prod"
    assert "You can do that now" in said(odd, asked, BOB)
    assert "By RoleBinding `payments/odd-strayed`" in said(odd, asked, BOB)
    assert "You perhaps can do that now" in said(odd, asked, ALICE)
    assert "You cannot do that now" in said(odd, asked, DAN)
    assert "nothing that could not be done there before" in said(odd, "details prod debug", BOB)
    assert "`get, list, watch` on `pods`" in pages(odd, "details prod debug", ALICE)


def may_get_secrets(site: Site, user: str) -> bool:
    """Ask the API server itself, about payments."""
    what = {"namespace": "payments", "verb": "get", "resource": "secrets"}
    review = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SubjectAccessReview",
        "spec": {"user": user, "resourceAttributes": what},
    }
    answer = site.prod.admin().post("/apis/authorization.k8s.io/v1/subjectaccessreviews", review)
    return bool(answer["status"]["allowed"])


@contextmanager
def renamed(site: Site, name: str, other: str) -> Iterator[None]:
    """Let a ClusterRole of prod have another name for a while."""
    admin, place = site.prod.admin(), PAGES["ClusterRole"]
    rules = admin.get(f"{place}/{name}")["rules"]
    admin.delete(f"{place}/{name}")
    admin.post(place, a_role(other, rules))
    try:
        yield
    finally:
        admin.delete(f"{place}/{other}")
        apply(site.prod, [a_role(name, rules)])


def test_name_that_is_nearly_right_is_said_and_not_taken(site: Site) -> None:
    """A level whose role is called otherwise is refused, with what is there instead."""
    with renamed(site, "debugger-duties", "Debugger.Duties"):
        key = "ClusterRole/debugger-duties"
        site.until(lambda: site.ask.store.seen()["prod"].near.get(key) == ("Debugger.Duties",))
        with pytest.raises(RefusedError) as refused:
            said(site, "to prod --k8sGroup=node-reader because INC-42", ALICE)
        assert "Debugger.Duties" in str(refused.value)
    site.until(lambda: key not in site.ask.store.seen()["prod"].near)


def test_kind_that_the_worker_may_not_list_is_said(site: Site) -> None:
    """By `discover` and `who`, to `can-i` it is a perhaps; all else works."""
    with narrowed(site):
        site.until(lambda: set(unseen(site)) == {Kind.SERVICE_ACCOUNT, *ROLE_KINDS})
        assert "forbidden" in unseen(site)[Kind.ROLE]
        for text in ("discover dev view", "who dev", "discover dev"):
            read = said(site, text)
            assert "Role: not seen" in read
            assert "ServiceAccount: not seen" in read
        assert "ClusterRole `view`" in said(site, "discover dev view")
        assert "perhaps can do that now" in said(site, "can-i get pods -n payments --on dev", ALICE)
        printed = list(listed(parser().parse_args(["discover", "dev", "view"]), site.ask))
        assert any(line.startswith("Role: not seen (") for line in printed)
        lease = site.granted("team-view", cluster="dev", namespaces=("team-a",))
        assert site.may_list_pods("team-a", cluster="dev")
        site.released(lease)
    site.until(lambda: not unseen(site))


def unseen(site: Site) -> Mapping[Kind, str]:
    """Return what is not seen of dev, and why."""
    about = site.ask.pictures.about("dev")
    return about.unseen if about is not None else {}


@contextmanager
def narrowed(site: Site) -> Iterator[None]:
    """Let the worker on dev have the rights of a version before: it may not watch two kinds."""
    right = rights(site.ask.catalog, "dev")
    worker = next(
        one
        for one in right
        if one["metadata"]["name"] == account(INSTALL) and one["kind"] == "ClusterRole"
    )
    fewer = [one for one in worker["rules"] if "serviceaccounts" not in one.get("resources", ())]
    fewer = [
        {**one, "verbs": ["get", "list"]} if "roles" in one.get("resources", ()) else one
        for one in fewer
    ]
    fewer.append(rule("", ["namespaces"], ["list", "watch"]))
    site.processes.stop("grants")
    apply(site.clusters["dev"], [{**worker, "rules": fewer}])
    site.start("grants")
    try:
        yield
    finally:
        site.processes.stop("grants")
        apply(site.clusters["dev"], [worker])
        site.start("grants")
