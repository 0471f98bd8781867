"""One company: its workspace opened, connected, its app chosen, its columns read right."""
