"""Tags of the page."""
