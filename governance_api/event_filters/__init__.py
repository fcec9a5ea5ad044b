"""Event filters: what may not leave the workstation, or only masked."""
