"""The governance API as a client uses it, and the preparation of its database."""
