"""Usernames as platforms make them: each preset is the name that the API server sees."""

import pytest

from daypass.domain.catalog import Cluster
from daypass.domain.presets import OFFERED, PresetError, is_preset, near_preset, template_of
from tests.builders import a_person

ROLE = "arn:aws:iam::111122223333:role"
SESSION = "arn:aws:sts::111122223333:assumed-role"


def named(preset: str, email: str, *, lower: bool = False) -> str:
    """Return what a cluster with that preset calls whoever has that email."""
    cluster = Cluster(name="prod", username=template_of(preset, lower=lower))
    return cluster.username_of(a_person("kim", email=email))


@pytest.mark.parametrize(
    ("preset", "name", "small"),
    [
        ("gke", "Bob.Kim@Example.COM", "bob.kim@example.com"),
        ("aks", "Bob.Kim@Example.COM", "bob.kim@example.com"),
        ("aws-auth-session", "Bob.Kim-Example.COM", "bob.kim-example.com"),
        ("oidc:-", "Bob.Kim@Example.COM", "bob.kim@example.com"),
        ("oidc:Corp:", "Corp:Bob.Kim@Example.COM", "Corp:bob.kim@example.com"),
        ("oidc:https://id.x/#", "https://id.x/#Bob.Kim@Example.COM", "https://id.x/#bob.kim@example.com"),
        (
            f"eks-access-entry:{ROLE}/Dev",
            f"{SESSION}/Dev/Bob.Kim@Example.COM",
            f"{SESSION}/Dev/bob.kim@example.com",
        ),
        (
            f"eks-access-entry:{ROLE}/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Dev_0a1b",
            f"{SESSION}/AWSReservedSSO_Dev_0a1b/Bob.Kim@Example.COM",
            f"{SESSION}/AWSReservedSSO_Dev_0a1b/bob.kim@example.com",
        ),
        (
            "eks-access-entry:arn:aws-us-gov:iam::111122223333:role/Dev",
            "arn:aws-us-gov:sts::111122223333:assumed-role/Dev/Bob.Kim@Example.COM",
            "arn:aws-us-gov:sts::111122223333:assumed-role/Dev/bob.kim@example.com",
        ),
    ],
)  # fmt: skip
def test_preset_names_people_as_its_platform_does(preset: str, name: str, small: str) -> None:
    """Letters are small only where the cluster says so, and never those that no person has."""
    assert named(preset, "Bob.Kim@Example.COM") == name
    assert named(preset, "Bob.Kim@Example.COM", lower=True) == small


@pytest.mark.parametrize("text", ["oidc", "oidc:", "eks-access-entry", "gke:", "GKE", "", "x"])
def test_preset_is_refused_when_it_is_incomplete(text: str) -> None:
    """What would be right is said; half of a preset is never another name."""
    with pytest.raises(PresetError, match="; write "):
        template_of(text)


def test_presets_are_told_from_other_words() -> None:
    """A preset's word in other letters is one that is spelled wrong, and so is one nearly so."""
    assert all(map(is_preset, (*OFFERED, "GKE", "oidc")))
    assert not is_preset("oidcx")
    assert near_preset("eks-access-entri:x") == "eks-access-entry:ROLE-ARN"
    assert near_preset("bob") == ""
