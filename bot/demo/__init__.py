"""A whole small world on this machine: a server, a mailbox and a story."""
