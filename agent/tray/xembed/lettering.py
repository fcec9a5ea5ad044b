"""Draws text in the X server's own fonts: chooses one, tells what it can show and how wide a text is."""

from typing import Any

from Xlib import X, Xatom

FONTS = (
    "-misc-fixed-medium-r-normal--14-*-*-*-*-*-iso10646-1",
    "-misc-fixed-medium-r-*--*-*-*-*-*-*-iso10646-1",
    "-adobe-helvetica-medium-r-normal--14-*-*-*-*-*-iso8859-1",
    "fixed",
)
DENSE_FONTS = ("-misc-fixed-medium-r-normal--20-*-*-*-*-*-iso10646-1", *FONTS)
DENSE_DPI = 140.0
_RESOURCES_LONGS = 4096
_UNSEEN, _LATIN_1_END, _TWO_BYTES_END = ord("?"), 0x100, 0x10000
_PLAIN = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "...", "\u00a0": " "}
)


def characters(text: str, *, has_unicode: bool) -> list[int]:
    """As the server counts them. What the font cannot show is a question mark; quotes and dashes become plain."""
    end = _TWO_BYTES_END if has_unicode else _LATIN_1_END
    shown = text if has_unicode else text.translate(_PLAIN)
    return [ord(each) if ord(each) < end else _UNSEEN for each in shown]


def wanted_fonts(resources: str) -> tuple[str, ...]:
    """Best first, by the display's resources: larger where a desktop says that its dots are small."""
    for line in resources.splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "Xft.dpi":
            try:
                return DENSE_FONTS if float(value) >= DENSE_DPI else FONTS
            except ValueError:
                return FONTS
    return FONTS


class Lettering:
    """One open font of one display. Raises ValueError when the display has none at all."""

    def __init__(self, display: Any) -> None:
        for name in wanted_fonts(_resources(display)):
            font = display.open_font(name)
            if font is not None:
                self.font, self._has_unicode = font, name.endswith("iso10646-1")
                break
        else:
            raise ValueError("the display has no font")
        about = self.font.query_text_extents([ord("x")])
        self.ascent, self.height = int(about.font_ascent), int(about.font_ascent + about.font_descent)

    def characters(self, text: str) -> list[int]:
        return characters(text, has_unicode=self._has_unicode)

    def width(self, text: str) -> int:
        return int(self.font.query_text_extents(self.characters(text)).overall_width) if text else 0

    def close(self) -> None:
        self.font.close()


def _resources(display: Any) -> str:
    answer = display.screen().root.get_property(Xatom.RESOURCE_MANAGER, X.AnyPropertyType, 0, _RESOURCES_LONGS)
    value = answer.value if answer is not None else b""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
