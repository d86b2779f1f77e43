"""What a desk's tables, settings and roster cells may hold; knows no file."""
