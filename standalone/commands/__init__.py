"""What the verbs of `task-mining` do; a module for each verb that is more than one call."""
