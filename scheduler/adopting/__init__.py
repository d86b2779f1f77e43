"""What old rosters show of a desk: people, shifts, need and habits, as proposals with their evidence. Reads no file."""
