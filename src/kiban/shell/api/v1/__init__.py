"""Version 1 of the machine interface: one endpoint per file."""
