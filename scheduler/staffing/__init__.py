"""People by time of day: how many the work needs, how many are at the desk, and when breaks are taken."""
