"""What an administrator's terminal asks of clusters: what is there, and whether all is well."""
