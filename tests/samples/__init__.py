"""Each sample desk, tested by the clauses that it carries out."""
