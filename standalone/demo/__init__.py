"""The demonstration: a simulated workforce goes through real requests, approvals, consents, ingestion and mining.

People and their truth come from `simulator`; everything else is the product as users have it.
"""
