"""A table of a desk as text, and the same with some rows changed: all that an edit does not name stays as it was."""
