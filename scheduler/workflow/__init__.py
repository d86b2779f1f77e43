"""What may happen to versions and requests: pure functions and tables of states; nothing is read or kept here."""
