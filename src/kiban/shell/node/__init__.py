"""The node of an agency and the core: raw ASGI on uvicorn around the sans-I/O exchange."""
