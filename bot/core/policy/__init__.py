"""Who may do and hear what: rights, recusal, ceilings and the gate."""
