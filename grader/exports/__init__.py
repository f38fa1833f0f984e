"""Results as other programs want them: learning platforms, an autograder, spreadsheets."""
