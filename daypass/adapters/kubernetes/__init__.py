"""Daypass on a real API server: `ApiCluster` is the port, `rights` what it needs there."""
