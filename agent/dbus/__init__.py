"""Blocking D-Bus connections with deadlines over jeepney, which reads and writes the messages: no event loop."""
