"""daypass.yaml to a catalog, with the line of every error."""

from daypass.adapters.yaml.load import Configuration, load, read

__all__ = ["Configuration", "load", "read"]
