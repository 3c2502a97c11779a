"""Evidence in the shell: its pages and its longer commands."""
