"""Studio Ninja, software for photographers."""
