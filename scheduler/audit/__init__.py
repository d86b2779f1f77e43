"""Judge a finished roster by the rules and in numbers; no module here imports a solver."""
