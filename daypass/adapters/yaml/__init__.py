"""daypass.yaml to a catalog, with the line of every error."""
