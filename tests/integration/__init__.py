"""Real Valkey, real RQ workers, real API servers."""
