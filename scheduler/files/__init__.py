"""Desks and rosters as files: tables in, workbooks out and in again."""
