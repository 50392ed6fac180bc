"""What a cluster says of a person, beside what would be bound: what differs, and what mends it."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from daypass.adapters.yaml import read
from daypass.domain.catalog import Cluster
from daypass.domain.comparing import Difference, compared, override
from tests.builders import a_person
from tests.unit.adapters.yaml.example import edited

KIM = "Bob.Kim@Example.COM"
CASE, SESSION, MORE, LESS, OTHER = Difference
ENTRY = "eks-access-entry:arn:aws:iam::111122223333:role/Dev"
ROLE = "arn:aws:sts::111122223333:assumed-role/Dev/"


def mended(line: str) -> Cluster:
    """Return a cluster with that line in the configuration."""
    return read(edited("in_cluster: true", f"in_cluster: true, {line}")).catalog.clusters["dev"]


@pytest.mark.parametrize(
    ("template", "said", "differences", "beside", "username"),
    [
        ("{email}", "bob.kim@example.com", (CASE,), ("", ""), 'username: "{email:lower}"'),
        ("{email:lower}", KIM, (CASE,), ("", ""), 'username: "{email}"'),
        ("{email}", f"oidc:{KIM}", (MORE,), ("oidc:", ""), 'username: "oidc:{email}"'),
        ("oidc:{email}", KIM, (LESS,), ("oidc:", ""), 'username: "{email}"'),
        ("{email}", "abbob.kim@example.com", (OTHER,), ("", ""), ""),
        (
            "{email}",
            "a{b}/bob.kim@example.com",
            (CASE, MORE),
            ("a{b}/", ""),
            'username: "a{{b}}/{email:lower}"',
        ),
        ("{email}", "Bob.Kim-Example.COM", (SESSION,), ("", ""), 'username: "aws-auth-session"'),
        (
            "{email}",
            "bob.kim-example.com",
            (CASE, SESSION),
            ("", ""),
            'username: {preset: "aws-auth-session", lower: true}',
        ),
        (
            "{email}",
            "dev:Bob.Kim-Example.COM",
            (SESSION, MORE),
            ("dev:", ""),
            'username: "dev:{email:session}"',
        ),
        (
            "{email}",
            f"{ROLE}{KIM}",
            (MORE,),
            (ROLE, ""),
            f'username: "{ENTRY}"',
        ),
        (
            "{email:lower}",
            f"{ROLE}bob.kim@example.com",
            (MORE,),
            (ROLE, ""),
            f'username: {{preset: "{ENTRY}", lower: true}}',
        ),
        ("{email}", "Bob.Kim", (LESS,), ("", "@Example.COM"), 'username: "{local}"'),
        ("{email}", "adm:bob.kim", (OTHER,), ("", ""), 'username: "adm:{local:lower}"'),
        ("{email}", "robot", (OTHER,), ("", ""), ""),
        ("{email}", "im", (OTHER,), ("", ""), ""),
        ("{email}", "system:serviceaccount:a:b", (OTHER,), ("", ""), ""),
    ],
)  # fmt: skip
def test_compare_says_what_differs_and_what_mends_it(
    template: str,
    said: str,
    differences: tuple[Difference, ...],
    beside: tuple[str, str],
    username: str,
) -> None:
    """Both lines, read as they are written, give the very name that was said (law 9)."""
    kim = a_person("kim", email=KIM)
    found = compared(
        Cluster(name="dev", username=template).username_of(kim),
        said,
        email=KIM,
        template=template,
    )
    assert (found.before, found.behind) == beside
    assert (found.differences, found.username) == (differences, username)
    assert not found.is_same
    if username:
        assert mended(username).username_of(kim) == said
    if not found.is_nobody:
        assert mended(override(kim.mailbox, said)).username_of(kim) == said


def test_compare_finds_nothing_when_both_are_the_same() -> None:
    """Letter by letter; then nothing is to be written."""
    found = compared(KIM, KIM, email=KIM, template="{email}")
    assert (found.is_same, found.differences, found.username) == (True, (), "")


def test_compare_names_characters_that_pass_for_others() -> None:
    """What reads the same and is not is said sign by sign."""
    found = compared("bob@x.y", "b\u043eb@x.y\u200b", email="bob@x.y", template="{email}")
    assert found.odd == ("\u043e", "\u200b")
    assert found.differences == (OTHER,)


@settings(max_examples=20)
@example('\U00010000`\\"{x}\n\u200b')
@given(st.text(min_size=1).map("x".__add__))
def test_override_gives_the_very_name_whatever_it_is(said: str) -> None:
    """What is offered is read back as it was said, however odd its signs."""
    kim = a_person("kim", email=KIM)
    assert mended(override(kim.mailbox, said)).username_of(kim) == said


@given(st.text(), st.text())
def test_compare_takes_any_text(bound: str, said: str) -> None:
    """They are the same, or differ in something."""
    found = compared(bound, said, email=KIM, template="{email}")
    assert found.is_same is (found.differences == ())
