"""The governance service: who may collect what from whom, and the proof of it.

Add a noun as a folder with tables, schemas, service, permissions and routes, and give it its place in the layers of
`[tool.importlinter]`. Collected data is never served here.
"""
