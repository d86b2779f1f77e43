"""What HR is told of a period: who was to work and who did, hours, overtime, leave. Reads no file and knows no money."""
