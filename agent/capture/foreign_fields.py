"""Tells programs within which other programs ask for passwords, and none can say so: terminals and remote screens.

What is typed there is told as typed and never counted: `sudo`, `ssh` or a remote sign-in look like any other line.
Add a program here, by its executable (without `.exe`), its name or its window class, in small letters.
"""

import re

from agent.policy.drafts import ObservedContext
from domain.element_roles import plain_application

_TERMINALS = (
    r"[a-z0-9.]*-?x?term(?:inal)?(?:-emulator|-server|emulator)?|u?rxvt(?:-unicode|c|d)?|st|stterm|kgx|konsole|yakuake"
    r"|(?:org\.gnome\.)?(?:console|ptyxis)|ptyxis-agent|terminator|tilix|guake|tilda|terminology|alacritty|kitty"
    r"|foot(?:client)?|wezterm(?:-gui)?|ghostty|contour|hyper|tabby|warp(?:-terminal)?|cool-retro-term"
    r"|(?:com\.apple\.)?terminal|iterm2?|com\.googlecode\.iterm2|cmd|powershell|pwsh|windowsterminal|wt|conhost|openconsole"
    r"|consolewindowclass|cascadia_hosting_window_class|mintty|putty|kitty_portable|securecrt|mobaxterm|wsl|bash|zsh"
)
_REMOTE_SCREENS = (
    r"mstsc|msrdcw?|vmconnect|[xw]freerdp3?|remmina|rdesktop|[a-z]*vncviewer(?:64)?|vinagre|krdc|gnome-connections|spicy"
    r"|virt-viewer|virt-manager|remote-viewer|mremoteng|vmware|vmplayer|vmware-view|vmware-vmx|vmware fusion"
    r"|com\.vmware\.fusion|virtualbox(?:vm)?|qemu-system-[a-z0-9_]+|gnome-boxes|parallels desktop"
    r"|com\.parallels\.desktop\.console|wfica(?:32)?|cdviewer|citrix viewer|com\.citrix\.receiver\.icaviewer\.mac"
    r"|anydesk|teamviewer|rustdesk|nxplayer(?:\.bin)?|microsoft remote desktop|windows app|screen sharing"
    r"|com\.apple\.screensharing"
)
_HIDES_FIELDS = re.compile(rf"{_TERMINALS}|{_REMOTE_SCREENS}")


def hides_fields(context: ObservedContext) -> bool:
    return any(_HIDES_FIELDS.fullmatch(plain_application(name)) for name in (context.application, context.window_class))
