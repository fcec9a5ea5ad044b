"""What counts as the task of a project, and the changes in another system by which it is found."""
