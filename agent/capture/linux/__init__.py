"""What is the same under every Linux desktop: lock and sleep by D-Bus, elements by AT-SPI, devices in use.

Windows, keys and clicks belong to the display server's own folder.
"""
