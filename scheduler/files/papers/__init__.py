"""What goes with a roster: handouts, notices, the change log, and workbooks made void."""
