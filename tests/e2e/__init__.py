"""The real program on real servers: started, spoken to, killed, started again."""
