"""The demonstration: people who do not exist, observed through real requests, approvals and consents.

The people and their truth come from `simulator`; everything they go through is the product's own road.
"""
