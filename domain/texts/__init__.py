"""What is done to a text before it is recorded, whoever sends it."""
