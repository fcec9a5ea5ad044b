"""Shows the icon in the notification area of Windows, by ctypes.

Never run on Windows; tested against an imagined one.
"""
