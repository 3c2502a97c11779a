"""The demo: two towns, all agencies, and one family's move through the real HTTP interfaces."""
