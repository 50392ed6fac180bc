"""The command daypass, for administrators."""
