"""A line is understood as a person would, or every mistake in it is named with the line to type."""

import itertools
import sys
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.grammar.line import Line, Verb
from bot.grammar.parse import LONGEST, UNSAID, Mistake, parse

HOUR = timedelta(hours=1)
ASKED = Line(verb=Verb.TO, words=("prod",), levels=("debug",), duration=HOUR, reason="INC-42")


@pytest.mark.parametrize(
    "typed",
    [
        'to prod --k8sGroup=debug --duration 1h --reason "INC-42"',
        "to prod --k8sGroup debug --duration=1h --reason INC-42",
        "to prod for 1h because INC-42 --k8sGroup=debug",
        "to prod -g debug for 1h because INC-42",
        "TO prod --K8SGROUP=debug --Duration 60m --REASON INC-42",
        "to prod --k8s-group debug -d 1h -r INC-42",
        "to prod --k8s_group debug --for 1h --because INC-42",
        "to prod --k8sGroup = debug --duration = 1h --reason = INC-42",
        "to prod --k8sGroup= debug --duration =1h --reason: INC-42",
        "to prod --k8sGroup\uff1ddebug --duration\ufe661h --reason\uff1d“INC-42”",
        "to prod k8sGroup=debug duration=1h reason=“INC-42”",
        "to prod\u00a0--k8sGroup\u00a0=\u00a0debug -d\u20091h -r\u202fINC-42",
        "to prod, \ufe58\ufe58k8sGroup debug, --duration 1h, --reason INC-42",
        "to `prod` -g `debug` for 1h because INC-42",
        "to prod 1h -g debug -r INC-42",
        "to prod --level=debug --duration PT1H --reason=INC-42",
        "to prod --group debug --duration 60 minutes --reason 'INC-42'",
        "to —k8sGroup=debug prod –duration 1h —reason “INC-42”",
        "--k8sGroup=debug",
        "to prod --k8sGroup=debug --k8sGroup=debug -d 1h -d 1h --reason INC-42",
        'to "prod" -g "debug" -d "1 hour" -r "INC-42"',
    ],
)
def test_parse_understands_every_spelling(typed: str) -> None:
    """Aliases, `=` or a space, plain words, any case: all mean the same request."""
    if typed.startswith("--"):
        typed = f"to prod {typed} -d 1h -r INC-42"
    assert parse(typed) == ASKED


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("", Line(verb=Verb.HELP)),
        ("  ", Line(verb=Verb.HELP)),
        ("?", Line(verb=Verb.HELP)),
        ("--help", Line(verb=Verb.HELP)),
        ("-h", Line(verb=Verb.HELP)),
        ("help to", Line(verb=Verb.HELP)),
        ("catalog", Line(verb=Verb.CATALOG)),
        ("catalog prod for payments", Line(verb=Verb.CATALOG, words=("prod", "for", "payments"))),
        ("requests", Line(verb=Verb.REQUESTS)),
        ("status k7q2m9x4t1bd-1", Line(verb=Verb.STATUS, words=("k7q2m9x4t1bd-1",))),
        ("leases", Line(verb=Verb.LEASES)),
        ("cancel", Line(verb=Verb.CANCEL)),
        ("release K7Q2M9X4T1BD", Line(verb=Verb.RELEASE, words=("K7Q2M9X4T1BD",))),
        ("approve x 30m", Line(verb=Verb.APPROVE, words=("x",), duration=HOUR / 2)),
        ("approve 30 minutes x", Line(verb=Verb.APPROVE, words=("x",), duration=HOUR / 2)),
        ("approve x for 30m", Line(verb=Verb.APPROVE, words=("x",), duration=HOUR / 2)),
        ("deny x --reason no way", Line(verb=Verb.DENY, words=("x",), reason="no way")),
        ("deny because not now", Line(verb=Verb.DENY, reason="not now")),
        ("revoke x because done", Line(verb=Verb.REVOKE, words=("x",), reason="done")),
        ("whoami", Line(verb=Verb.WHOAMI)),
        (
            "to prod -g a, b and c -n x\uff0cy , z",
            Line(
                verb=Verb.TO,
                words=("prod",),
                levels=("a", "b", "c"),
                namespaces=("x", "y", "z"),
            ),
        ),
        (
            "to prod -g a,b -g c -n x,y --namespace z",
            Line(
                verb=Verb.TO,
                words=("prod",),
                levels=("a", "b", "c"),
                namespaces=("x", "y", "z"),
            ),
        ),
    ],
)
def test_parse_reads_every_verb(typed: str, line: Line) -> None:
    """Each verb of the command reference is there, with what it takes."""
    assert parse(typed) == (line if line.verb is not Verb.HELP else Line(verb=Verb.HELP))


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("--reason fix the thing", "fix the thing"),
        ("--reason can't login — nobody can", "can't login — nobody can"),
        ("--reason restart with --force please -d 1h", "restart with --force please"),
        ("--reason=fix the thing", "fix the thing"),
        ('--reason "fix --duration 2h"', "fix --duration 2h"),
        ("because of “the thing” there", "of “the thing” there"),
        ("--reason “no end -d 2h", "no end -d 2h"),
        ("--reason for 2 hours of tests", "for 2 hours of tests"),
    ],
)
def test_parse_keeps_reason_whole_when_unquoted(typed: str, reason: str) -> None:
    """An unquoted reason goes on to the next flag that exists; dashes in it survive."""
    read = parse(f"to prod -g debug {typed}")
    assert isinstance(read, Line)
    assert read.reason == reason


@pytest.mark.parametrize(
    ("typed", "said", "line"),
    [
        ("to", ["Which cluster"], 'to CLUSTER --k8sGroup=LEVEL --reason "…"'),
        ("to prod -g", ["--k8sGroup needs a value"], 'to prod --k8sGroup=LEVEL --reason "…"'),
        ("to prod -g ,", ["--k8sGroup needs a value"], 'to prod --k8sGroup=LEVEL --reason "…"'),
        ('to prod -g ""', ["--k8sGroup needs a value"], 'to prod --k8sGroup=LEVEL --reason "…"'),
        ("to prod debug", ["--k8sGroup=debug"], 'to prod --k8sGroup=debug --reason "…"'),
        (
            "to prod, a, b -g c",
            ["“a b” is too much"],
            "\n".join(f'to {one} --k8sGroup=c --reason "…"' for one in ("prod", "a", "b")),
        ),
        ("to prod a b -g c", ["“a b” is too much"], ""),
        ("to prod -g c in team-a because x", ["“in team-a” is too much"], ""),
        (
            "to prod, dev for 1h because x",
            ["“dev” is too much"],
            "\n".join(
                f'to {one} --k8sGroup=LEVEL --duration 1h --reason "x"' for one in ("prod", "dev")
            ),
        ),
        (
            "to prod debug view",
            ["--k8sGroup=debug --k8sGroup=view"],
            'to prod --k8sGroup=debug --k8sGroup=view --reason "…"',
        ),
        ('to prod -g a because "the thing" hangs', ["“hangs” is too much"], ""),
        (
            "to prod -g a -d soon",
            ["“soon” is not a"],
            'to prod --k8sGroup=a --duration DURATION --reason "…"',
        ),
        (
            "to prod -g a -d -2h",
            ["“-2h” is not a"],
            'to prod --k8sGroup=a --duration 2h --reason "…"',
        ),
        (
            "to prod -g a -d —2h",
            ["“—2h” is not a"],
            'to prod --k8sGroup=a --duration 2h --reason "…"',
        ),
        (
            "to prod -g a -d 0h",
            ["longer than zero"],
            'to prod --k8sGroup=a --duration DURATION --reason "…"',
        ),
        (
            "to prod -g a -d 90",
            ["“90” is not a"],
            'to prod --k8sGroup=a --duration 1h30m --reason "…"',
        ),
        (
            "to prod -g a -d 1h -d 2h -r x",
            ["more than once: “1h” and “2h”"],
            "",
        ),
        (
            "to prod -g a -d 0h -d x",
            ["longer than zero", "“x” is not a", "more than once"],
            "",
        ),
        (
            "to prod -g a -r one -r two",
            ["--reason is given more than once: “one” and “two”"],
            'to prod --k8sGroup=a --reason "one; two"',
        ),
        (
            "to prod -g a -d",
            ["--duration needs a value"],
            'to prod --k8sGroup=a --duration DURATION --reason "…"',
        ),
        (
            "to prod -g a -n -r x",
            ["--namespace needs a value"],
            'to prod --k8sGroup=a --namespace NAMESPACE --reason "x"',
        ),
        (
            "to prod -g -d 1h",
            ["--k8sGroup needs"],
            'to prod --k8sGroup=LEVEL --duration 1h --reason "…"',
        ),
        ("to prod -g a -r", ["--reason needs a value"], 'to prod --k8sGroup=a --reason "…"'),
        (
            "to prod -g a -r -d 1h",
            ["--reason needs"],
            'to prod --k8sGroup=a --duration 1h --reason "…"',
        ),
        ('to prod -g a -r ""', ["--reason needs"], 'to prod --k8sGroup=a --reason "…"'),
        ('to prod -g a -r "…"', ["your own words"], 'to prod --k8sGroup=a --reason "…"'),
        ('to prod -g a -r "why you need it"', ["your own"], 'to prod --k8sGroup=a --reason "…"'),
        (
            "to prod --k8sgrup=a --durations 1h -r x",
            ["no flag --k8sgrup. Did you mean --k8sGroup?", "Did you mean --duration?"],
            'to prod --k8sGroup=a --duration 1h --reason "x"',
        ),
        (
            "to prod -g a --zzz",
            ["no flag --zzz. “to” takes --k8sGroup,"],
            "",
        ),
        ("approve for 30m", ["Which request? Its id"], "approve ID --duration 30m"),
        ("leases --zzz", ["“leases” takes none"], "leases"),
        ("leases foo", ["“leases” takes nothing"], "leases"),
        ("cancel x y", ["“y” is too much"], ""),
        *(
            (f"{verb} 000000000001 {rest}", ["is too much"], "")
            for verb in ("cancel", "deny", "release", "revoke")
            for rest in ("edit", "tomorrow", "only edit")
        ),
        *(
            (f"un{verb} 000000000001", [f"“un{verb}” is no command"], "help")
            for verb in ("revoke", "deny", "cancel", "release", "extend", "thaw")
        ),
        ("release x because done", ["“release” takes no --reason"], "release x"),
        ("cancel x --reason y", ["“cancel” takes no --reason"], "cancel x"),
        ("approve x -g y", ["“approve” takes no --k8sGroup"], ""),
        ("approve x --only=y", ["no flag --only"], ""),
        ("approve x -d nope", ["“nope” is not a duration"], "approve x --duration DURATION"),
        ("revoke", ["Which request or lease"], "revoke ID"),
        ("catlog prod", ["did you mean “catalog”?"], "catalog prod"),
        ("releaze", ["did you mean “release”?"], "release"),
        ("approv x -d no", ["“approve”?", "“no” is not"], "approve x --duration DURATION"),
        ("unfreeze prod", ["did you mean “thaw”?"], "thaw prod"),
        ("disapprove x", ["did you mean “deny”?"], "deny x"),
        ("prod -g a", ["starts with “to”"], 'to prod --k8sGroup=a --reason "…"'),
        ("-g a", ["starts with “to”", "Which cluster"], 'to CLUSTER --k8sGroup=a --reason "…"'),
        ("xyzzy", ["is no command; there are to, catalog"], "help"),
    ],
)
def test_parse_names_every_mistake_and_the_line_to_type(
    typed: str, said: list[str], line: str
) -> None:
    """All problems at once; what was understood is filled in, the rest stands as a placeholder."""
    read = parse(typed)
    assert isinstance(read, Mistake)
    assert "\n".join(read.lines) == line
    assert len(read.problems) >= len(said)
    assert all(any(part in problem for problem in read.problems) for part in said), read.problems


def test_parse_takes_no_placeholder_for_a_reason() -> None:
    """A corrected line that was pasted without a look is no reason to grant anything."""
    for placeholder in UNSAID:
        assert isinstance(parse(f'to prod -g a --reason "{placeholder}"'), Mistake)


@given(st.text())
def test_parse_never_raises(typed: str) -> None:
    """Whatever is typed has an answer, and its line is one that we would understand better."""
    for text in (typed, f"to {typed}", f"to prod -g a {typed}", f"approve {typed}"):
        assert isinstance(parse(text), Line | Mistake)


def calls_to_parse(typed: str) -> int:
    """Count the calls of functions that reading a line takes."""
    calls = itertools.count()
    sys.setprofile(lambda _frame, event, _: next(calls) if event == "call" else None)
    try:
        parse(typed)
    finally:
        sys.setprofile(None)
    return next(calls)


@pytest.mark.parametrize("verb", ["extend", "shorten", "approve", "to", "revoke", "deny"])
def test_parse_takes_no_more_than_twice_as_long_for_twice_as_much(verb: str) -> None:
    """Somebody's long line holds no thread for long: the others wait for it."""
    short, long = (calls_to_parse(f"{verb} {'a ' * words}{'1h ' * words}") for words in (40, 80))
    assert long <= 2.2 * short


def test_parse_refuses_what_is_too_long_to_read() -> None:
    """It is said how long it may be; nothing of it is offered."""
    read = parse(f"to prod --k8sGroup=debug because {'x' * LONGEST}")
    assert isinstance(read, Mistake)
    assert f"{LONGEST} is the most" in read.problems[0]
    assert read.lines == ()
