"""RQ in: one process per role, each with only the secrets of its role."""
