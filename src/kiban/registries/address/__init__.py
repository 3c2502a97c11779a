"""The address engine: any written Japanese address to its place in the address base registry, offline."""
