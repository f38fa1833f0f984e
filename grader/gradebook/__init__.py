"""Reports as a table: one place says what is in it, each format only how it is written."""
