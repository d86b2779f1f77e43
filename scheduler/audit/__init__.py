"""What a finished roster is worth, by the rules and in numbers; never reaches a solver."""
