"""Tells programs within which other programs ask for passwords, and none can say so: terminals and remote screens.

What is typed there is told as typed and never counted: `sudo`, `ssh` or a remote sign-in look like any other line.
Add a program here, by its executable or window class in small letters.
"""

import re

from agent.policy.drafts import ObservedContext

_TERMINALS = (
    r"[a-z0-9.]*-?x?term(?:inal)?(?:-emulator|-server|emulator)?|u?rxvt(?:-unicode|c|d)?|st|stterm|kgx|konsole|yakuake"
    r"|(?:org\.gnome\.)?(?:console|ptyxis)|ptyxis-agent|terminator|tilix|guake|tilda|terminology|alacritty|kitty"
    r"|foot(?:client)?|wezterm(?:-gui)?|ghostty|contour|hyper|tabby|warp(?:-terminal)?|cool-retro-term"
    r"|(?:com\.apple\.)?terminal|iterm2?|com\.googlecode\.iterm2|cmd|powershell|pwsh|windowsterminal|wt|conhost|openconsole"
    r"|consolewindowclass|cascadia_hosting_window_class|mintty|putty|kitty_portable|securecrt|mobaxterm|wsl|bash|zsh"
)
_REMOTE_SCREENS = (
    r"mstsc|msrdc|[xw]freerdp3?|remmina|rdesktop|[a-z]*vncviewer|vinagre|krdc|gnome-connections|virt-viewer|virt-manager"
    r"|remote-viewer|vmware|vmplayer|vmware-view|vmware-vmx|virtualbox(?:vm)?|qemu-system-[a-z0-9_]+|gnome-boxes"
    r"|wfica(?:32)?|cdviewer|anydesk|teamviewer|rustdesk|nxplayer(?:\.bin)?|microsoft remote desktop"
    r"|windows app|prl_client_app|spicy"
)
_HIDES_FIELDS = re.compile(rf"(?:{_TERMINALS}|{_REMOTE_SCREENS})(?:\.exe)?")


def hides_fields(context: ObservedContext) -> bool:
    return any(_HIDES_FIELDS.fullmatch(name.casefold()) for name in (context.application, context.window_class))
