"""From the raw events of a day to its activities: which days to build, from what, and the check of their sums."""
