"""Case work: steps, enquiries, decisions with reasons, deadlines, letters (審査, 処分通知)."""
