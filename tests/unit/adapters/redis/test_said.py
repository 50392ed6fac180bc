"""What is damaged is said once, whoever reads it how often."""

from structlog.testing import capture_logs

from daypass.adapters.redis.said import MOST, SHOWN, Said


def test_error_is_logged_once_when_it_is_met_again() -> None:
    """Each key by itself."""
    said = Said(ticks=lambda: 0.0)
    with capture_logs() as logs:
        for key in ("a", "b", "a"):
            said.error("store.unreadable", key, "it is damaged")
    assert [line["key"] for line in logs] == ["a", "b"]


def test_error_is_logged_again_when_an_hour_has_passed() -> None:
    """What is still so is worth another line."""
    at = [0.0]
    said = Said(ticks=lambda: at[0])
    with capture_logs() as logs:
        said.error("store.unreadable", "a", "it is damaged")
        at[0] = 3600.0
        said.error("store.unreadable", "a", "it is damaged")
    assert len(logs) == 2


def test_error_is_summed_up_when_there_are_too_many() -> None:
    """Whoever damages thousands of values fills neither memory nor the log."""
    said = Said(ticks=lambda: 0.0)
    with capture_logs() as logs:
        for n in range(10 * MOST):
            said.error("store.unreadable", str(n), "it is damaged")
    assert len(logs) == MOST + 1
    assert logs[-1]["why"].startswith("and others")


def test_error_quotes_little_when_what_is_damaged_is_large() -> None:
    """A line of a log is a line."""
    with capture_logs() as logs:
        Said().error("store.unreadable", "k" * 10_000, "w" * 10_000)
    assert [(len(line["key"]), len(line["why"])) for line in logs] == [(SHOWN, SHOWN)]
