"""Desks to start from: a folder for each regime; `scheduler init` copies one."""
