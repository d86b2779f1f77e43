"""Old rosters, staff lists and legends in whatever layout: each cell understood, doubtful or passed over; and the desk they propose."""
