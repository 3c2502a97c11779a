"""What the shell itself keeps: windows of the rate limits."""
