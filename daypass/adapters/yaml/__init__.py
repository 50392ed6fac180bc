"""daypass.yaml to a catalog, with the line of every error."""

from daypass.adapters.yaml.load import Configuration, load, read
from daypass.adapters.yaml.schema import json_schema

__all__ = ["Configuration", "json_schema", "load", "read"]
