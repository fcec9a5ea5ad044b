"""One line of the agent's table: what was measured, against which aim, beside which peer.

Every measuring file returns these, and `__main__` prints them.
"""

import msgspec


class Figure(msgspec.Struct, frozen=True):
    """`is_met` None: reported without an aim."""

    name: str
    value: str
    aim: str = ""
    is_met: bool | None = None
    peer: str = ""

    @property
    def line(self) -> str:
        mark = {True: "met", False: "MISSED", None: ""}[self.is_met]
        return f"{self.name:<52} {self.value:<58} {self.aim:<18} {mark:<7} {self.peer}".rstrip()
