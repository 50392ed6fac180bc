"""The contract of the Cluster port."""
