"""What may happen to versions and requests: state tables and pure functions, which read and store nothing."""
