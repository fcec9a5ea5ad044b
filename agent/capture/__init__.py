"""How the agent sees: one small interface, and a backend for each kind of desktop behind it.

What may be recorded of what is seen is decided elsewhere: nothing here touches the disk or the network.
"""
