"""Pages that belong to no one entrance: help, accessibility statement, refusals, health."""
