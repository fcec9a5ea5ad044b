"""The agent's icon in the tray: what it shows and offers, and the protocol in which desktops ask for it.

Everything it offers is a line of the command; nothing is decided here.
"""
