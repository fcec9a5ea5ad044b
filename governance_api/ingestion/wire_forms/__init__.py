"""The two wire forms of an event batch, both decoded into the same columns."""
