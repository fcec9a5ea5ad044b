"""Ingestion: who sent it, may it be stored, and a receipt once it is durable.

Turning landed events into the event pool belongs to the pipelines; nothing else in this service imports this folder.
"""
