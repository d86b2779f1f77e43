"""Proved monthly rosters for service desks."""
