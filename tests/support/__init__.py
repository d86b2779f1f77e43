"""What tests share: drawn rosters, generated desks, a desk with published rosters, clocks."""
