"""A slip in daypass.yaml never gives more than was meant."""

from pathlib import Path

import pytest

from daypass.adapters.yaml.load import load
from daypass.domain.errors import ConfigurationError
from tests.unit.adapters.yaml.example import RIGHT


@pytest.mark.parametrize("written", ["", "null", "~", "[]"])
def test_load_refuses_when_a_workflow_names_no_level(tmp_path: Path, written: str) -> None:
    """`levels:` with nothing behind it is a fault, not every level."""
    path = tmp_path / "daypass.yaml"
    path.write_text(RIGHT.replace("levels: [admins]", f"levels: {written}"), encoding="utf-8")
    with pytest.raises(ConfigurationError, match="levels"):
        load(path)
