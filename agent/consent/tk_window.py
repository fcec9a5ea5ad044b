"""The window of questions, drawn with Tk: one question after the other, then what is so now."""

import os
import sys
import tkinter
from collections.abc import Callable
from tkinter import font
from typing import Any

from agent.consent.appearance import Colours, colours_of, desktop_preference
from agent.consent.questions import NOTHING_BEFORE
from agent.consent.terminal import Ask

CLASS = "task-mining-agent"
LOOK_AGAIN_MILLISECONDS = 1000
MARGIN, LINE_CHARACTERS, LINES_SHOWN = 18, 72, 10


def show(ask: Ask, questions: list[dict[str, Any]]) -> int:
    """Until all are answered or put off; the exit status is 1 where there is no display."""
    try:
        root = tkinter.Tk(className=CLASS, baseName=CLASS)
    except tkinter.TclError as error:
        print(f"There is no window to ask in ({error}): answer with `task-mining-agent consent`.", file=sys.stderr)
        return 1
    window = TkWindow(root, ask, colours_of(os.environ, desktop_preference))
    window.ask_next(questions)
    root.mainloop()
    return 0


class TkWindow:
    """Follows the agent: a question that is answered elsewhere goes, and all of it when the agent ends."""

    def __init__(self, root: tkinter.Tk, ask: Ask, colours: Colours) -> None:
        self._root, self._ask, self._colours = root, ask, colours
        self._put_off: set[int] = set()
        self._shown: int | None = None
        root.title("Task Mining")
        root.configure(background=colours.ground)
        root.protocol("WM_DELETE_WINDOW", self._later)
        root.bind("<Escape>", lambda event: self._later())
        self._plain = font.nametofont("TkDefaultFont").copy()
        self._plain.configure(size=max(11, abs(int(self._plain.actual("size")))))
        self._bold, self._large = self._plain.copy(), self._plain.copy()
        self._bold.configure(weight="bold")
        self._large.configure(weight="bold", size=int(self._plain.actual("size")) + 4)
        self._page = tkinter.Frame(root, background=colours.ground)
        root.after(LOOK_AGAIN_MILLISECONDS, self._look)

    def ask_next(self, questions: list[dict[str, Any]]) -> None:
        """The first that was not put off; ends when there is none."""
        open_questions = [each for each in questions if each["number"] not in self._put_off]
        if not open_questions:
            self._root.destroy()
            return
        if self._shown != open_questions[0]["number"]:
            self._show_question(open_questions[0])

    def _look(self) -> None:
        """What waits may have changed; while the last answer is being read, nothing else is shown."""
        questions = self._questions()
        if questions is None:
            self._root.destroy()
            return
        if self._shown is not None:
            self.ask_next(questions)
            if not self._is_there():
                return
        self._root.after(LOOK_AGAIN_MILLISECONDS, self._look)

    def _is_there(self) -> bool:
        try:
            return bool(self._root.winfo_exists())
        except tkinter.TclError:
            return False

    def _questions(self) -> list[dict[str, Any]] | None:
        """None when the agent has ended."""
        try:
            answer = self._ask({"ask": "consent questions"})
        except RuntimeError:
            return None
        return list(answer.get("ok") or [])

    def _show_question(self, question: dict[str, Any]) -> None:
        number = self._shown = question["number"]
        self._clear()
        self._label(question["title"], self._large)
        self._text(question["text"])
        facts = tkinter.Frame(self._page, background=self._colours.ground)
        for row, (what, how) in enumerate(question["facts"]):
            self._label(what, self._bold, parent=facts).grid(row=row, column=0, sticky="nw", padx=(0, MARGIN), pady=2)
            self._label(how, self._plain, parent=facts).grid(row=row, column=1, sticky="nw", pady=2)
        facts.pack(fill="x", pady=(MARGIN, 0))
        self._label(NOTHING_BEFORE, self._plain, colour=self._colours.quiet)
        self._buttons(
            ("Accept", lambda: self._answer(number, is_accepted=True)),
            ("Decline", lambda: self._answer(number, is_accepted=False)),
            ("Later", self._later),
        )

    def _show_answer(self, lines: list[str]) -> None:
        self._shown = None
        self._clear()
        self._label("\n\n".join(lines), self._plain)
        self._buttons(("Close", self._go_on))

    def _answer(self, number: int, *, is_accepted: bool) -> None:
        try:
            answer = self._ask({"ask": "consent", "is_accepted": is_accepted, "approval_id": number})
        except RuntimeError as error:
            answer = {"error": str(error)}
        self._put_off.add(number)
        self._show_answer(list(answer.get("said") or [str(answer.get("error"))]))

    def _later(self) -> None:
        if self._shown is not None:
            self._put_off.add(self._shown)
        self._go_on()

    def _go_on(self) -> None:
        self._shown = None
        self.ask_next(self._questions() or [])

    def _clear(self) -> None:
        self._page.destroy()
        self._page = tkinter.Frame(self._root, background=self._colours.ground, padx=MARGIN, pady=MARGIN)
        self._page.pack(fill="both", expand=True)

    def _label(
        self, text: str, face: font.Font, *, parent: tkinter.Frame | None = None, colour: str = ""
    ) -> tkinter.Label:
        width = LINE_CHARACTERS * self._plain.measure("n")
        label = tkinter.Label(
            parent or self._page,
            text=text,
            font=face,
            background=self._colours.ground,
            foreground=colour or self._colours.text,
            justify="left",
            anchor="w",
            wraplength=width if parent is None else width * 4 // 5,
        )
        if parent is None:
            label.pack(fill="x", pady=(0, MARGIN // 2) if face is self._large else (MARGIN // 2, 0))
        return label

    def _text(self, content: str) -> None:
        """Whole, however long: it can be scrolled and copied, not changed."""
        frame = tkinter.Frame(self._page, background=self._colours.ground)
        text = tkinter.Text(
            frame,
            font=self._plain,
            wrap="word",
            width=LINE_CHARACTERS,
            height=LINES_SHOWN,
            background=self._colours.field,
            foreground=self._colours.text,
            relief="flat",
            padx=MARGIN // 2,
            pady=MARGIN // 2,
            highlightthickness=1,
            highlightbackground=self._colours.button,
            highlightcolor=self._colours.focus,
        )
        bar = tkinter.Scrollbar(
            frame,
            command=text.yview,
            background=self._colours.button,
            activebackground=self._colours.pressed,
            troughcolor=self._colours.field,
            highlightthickness=0,
        )
        text.configure(yscrollcommand=bar.set)
        text.insert("1.0", content)
        text.configure(state="disabled")
        bar.pack(side="right", fill="y")
        text.pack(side="left", fill="both", expand=True)
        frame.pack(fill="both", expand=True)

    def _buttons(self, *named: tuple[str, Callable[[], None]]) -> None:
        """All alike. The last one has the keyboard, so that a key pressed by chance answers nothing."""
        row = tkinter.Frame(self._page, background=self._colours.ground)
        row.pack(fill="x", pady=(MARGIN, 0))
        for name, do in named:
            button = tkinter.Button(
                row,
                text=name,
                command=do,
                font=self._plain,
                width=12,
                background=self._colours.button,
                foreground=self._colours.text,
                activebackground=self._colours.pressed,
                activeforeground=self._colours.text,
                relief="flat",
                highlightthickness=2,
                highlightbackground=self._colours.ground,
                highlightcolor=self._colours.focus,
            )
            button.bind("<Return>", lambda event, do=do: do())  # type: ignore[misc]
            button.pack(side="left", padx=(0, MARGIN // 2))
        button.focus_set()
