"""The residents' entrance (マイナポータル of this platform)."""
