"""What counts as the task of a project, and the rows another system tells it by."""
