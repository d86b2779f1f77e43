"""A problem and its rules in, a proved roster out; which engine runs when is told in this folder's README."""
