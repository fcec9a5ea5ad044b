"""Event filters: what may not leave the workstation, and the filters that every installation begins with."""
