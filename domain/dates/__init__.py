"""Local days, time zones that follow each other, and the dates a collection window is open."""
