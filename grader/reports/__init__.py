"""What is told of a Report: as a page, as text, as JSON; and of a class of them."""
