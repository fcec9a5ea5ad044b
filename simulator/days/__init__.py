"""The days of its people: shifts, records being worked on, and the script of what happens when."""
