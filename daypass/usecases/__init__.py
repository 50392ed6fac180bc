"""One verb per module: each reads, decides in the domain and commits one move."""
