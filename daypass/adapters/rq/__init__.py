"""Wake-ups through RQ queues: names, allow-list and worker."""
