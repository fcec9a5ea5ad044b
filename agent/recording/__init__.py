"""From observations to events in the spool: what was seen, in which state, told once, in order."""
