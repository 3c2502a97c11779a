"""The only place with a web framework: pages, API, node process, commands."""
