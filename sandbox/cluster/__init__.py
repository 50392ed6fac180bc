"""Real Kubernetes API servers on loopback: their binaries, and two clusters that share one etcd."""
