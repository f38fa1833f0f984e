"""What lasts: runs, submissions by their bytes, results, overrides, and a chained history."""
