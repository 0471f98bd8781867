"""What a record may look like: kinds, fields, limits, and how it is shown."""
