"""The worst day on a real API server: no Redis, no Slack, no worker, and all access ends."""
