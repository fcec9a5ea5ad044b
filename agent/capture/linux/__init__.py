"""Captures what is the same under every Linux desktop: lock and sleep by D-Bus, elements by AT-SPI, devices in use."""
