"""People by time of day: what work asks for, who is at the desk, and when breaks are taken."""
