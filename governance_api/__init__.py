"""The governance service: who may collect what from whom, and the proof of it.

One folder per noun, each with tables, schemas, service, permissions and routes; collected data is never served here.
"""
