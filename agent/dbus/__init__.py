"""The D-Bus wire protocol over blocking sockets: as much of it as an agent speaks, without an event loop.

Which buses are listened to, and for what, belongs to `agent.capture.linux` and `agent.tray`.
"""
