"""What an administrator keeps on a cluster for us: whether it is there, and what stands wrong."""
