"""Names that differ only by what people do not hear are told apart, and found."""

import pytest

from daypass.domain.near import confusable, near


@pytest.mark.parametrize(
    ("name", "others", "found"),
    [
        ("platform-admins", ["Platform-Admins"], ("Platform-Admins",)),
        ("platform-admins", ["platform_admins", "platform admins"], ("platform admins",
                                                                     "platform_admins")),
        ("a-b", ["a.b", "ab", "A B."], ("A B.", "a.b", "ab")),
        ("platform-admins", ["platform-admins"], ()),
        ("platform-admins", ["platform-admin", "platform:admins"], ()),
        ("STRASSE", ["straße"], ("straße",)),
        ("", [], ()),
        ("a", ["A", "A"], ("A",)),
    ],
)  # fmt: skip
def test_near_finds_what_differs_only_by_case_spaces_dashes_underscores_or_periods(
    name: str, others: list[str], found: tuple[str, ...]
) -> None:
    """Nothing else makes two names one, and a name is not near itself."""
    assert near(name, others) == found


def test_confusable_names_stand_together() -> None:
    """Each group once, in order; the same name twice is one name."""
    names = ["b", "team-a", "Team-A", "team_a", "b", "x-1", "x.1"]
    assert list(confusable(names)) == [("Team-A", "team-a", "team_a"), ("x-1", "x.1")]
    assert list(confusable(["a", "a"])) == []
