"""The append-only store. Nothing is imported here: Django is loaded when a ledger is opened."""
