"""The use cases, one a file: the only package that joins solver, ledger and files; command line and page call these."""
