"""Ingestion: authenticates the sender, stores what may be stored, and gives a receipt once it is durable.

Nothing else in this service imports this folder.
"""
