"""The three languages of the user interface: Japanese, plain Japanese (やさしい日本語), English."""
