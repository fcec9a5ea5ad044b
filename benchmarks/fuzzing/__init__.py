"""Random requests of everybody to every operation: no answer may be a failure, or of another form than declared."""
