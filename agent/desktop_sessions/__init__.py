"""One agent for each desktop session of a person: which session this is, and the files that are its own."""
