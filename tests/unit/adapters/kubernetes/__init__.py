"""The Kubernetes adapter against answers made by hand; the real server is in the contract tests."""
