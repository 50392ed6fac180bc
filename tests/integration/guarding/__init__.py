"""What the API server itself refuses, by the admission policy that `daypass rbac` prints."""
