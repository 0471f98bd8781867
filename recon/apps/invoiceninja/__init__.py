"""Invoice Ninja: how its sync behaves, and how its records are read."""
