"""How the service answers others while hundreds of connections are there to harm it."""
