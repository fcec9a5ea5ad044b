"""Shows the icon in the old X11 tray (freedesktop System Tray Protocol over XEmbed), for desktops that know no other.

Drawn with core X alone: no picture, font or widget library.
"""
