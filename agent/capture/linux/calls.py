"""Whether a microphone or a camera is in use: then somebody is in a call, and not idle. Reads two places of the kernel.

Sound that only plays says nothing; that a page in front plays sound is told by the browser extension.
"""

from pathlib import Path

SOUND = Path("/proc/asound")
CAMERA_MODULE = Path("/sys/module/uvcvideo/refcnt")


def is_in_call(*, sound: Path = SOUND, camera_module: Path = CAMERA_MODULE) -> bool:
    return _is_microphone_open(sound) or _is_camera_open(camera_module)


def _is_microphone_open(sound: Path) -> bool:
    return any("RUNNING" in _read(status) for status in sound.glob("card*/pcm*c/sub*/status"))


def _is_camera_open(camera_module: Path) -> bool:
    text = _read(camera_module).strip()
    return text.isdigit() and int(text) > 0


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
