"""Serves a web application on a port: how long a connection may take, how many there may be, and TLS."""
