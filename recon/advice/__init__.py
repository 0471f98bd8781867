"""What an accountant is told beside the tables: why, what if, by hand, on the day, on paper."""
