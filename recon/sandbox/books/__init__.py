"""A company: its records on the disk, read and asked for, loaded and saved."""
