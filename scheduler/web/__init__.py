"""The page: parse, call `app`, render; no logic. It knows Django, and what nobody else needs to know: accounts and addresses."""
