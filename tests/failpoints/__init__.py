"""Every boundary between record, act and confirm, each with a name at which a process is killed."""
