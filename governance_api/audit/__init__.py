"""Audit entries: who did what to what, when; added in the same transaction as the change, chained by digests."""
