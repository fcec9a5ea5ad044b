"""Who somebody is, as a workstation tells it."""
