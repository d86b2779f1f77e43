"""The rules: one file each, found by name; see `scheduler/rule.py` for their shape."""
