"""Audit entries: who did what to what, when; added in the same transaction as the deed, chained by digests."""
