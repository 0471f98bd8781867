"""What is tried out: plan and sync on a twin before, the forecast held to the books after."""
