"""Daypass: just-in-time access to Kubernetes, asked for and approved in Slack."""

from typing import Final

VERSION: Final = "0.1.0"
"""The same as in pyproject.toml; written here because the image holds no package metadata."""
