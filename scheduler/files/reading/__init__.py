"""Desks and rosters read from files, with every fault at its cell; writes nothing."""
