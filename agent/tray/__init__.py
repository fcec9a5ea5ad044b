"""Shows the agent's icon in the tray and offers its menu, in the protocol of each desktop.

Everything it offers is a line of the command.
"""
