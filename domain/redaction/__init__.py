"""What is taken out of titles and names before they are kept: one table of kinds, and the search through it."""
