"""What a blind test has shown, in a sentence and in figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from srstudio.compare.blind_outcome import Pair, Share, correct, pairs, strengths
from srstudio.compare.blind_test import BlindTest
from srstudio.gui.panels.figures import RIGHT, figure_table

_WIDTH, _TABLE_HEIGHT = 860, 170
_HIDDEN = 3  # the column of what X was
_CONVENTION = "p: exact binomial against chance; shares with Wilson's interval at 95 %"


class Verdict(QWidget):
    """The end of a blind test: the names, and what was made of the answers.

    Signals:
        save_asked: The answers are to be saved as a table.
        again_asked: The same test once more, drawn anew.
        new_asked: Another test.
    """

    save_asked = Signal()
    again_asked = Signal()
    new_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._title, self._sentence = QLabel(), QLabel(wordWrap=True)
        self.sources, self.pairs, self.answers = QTreeWidget(), QTreeWidget(), QTreeWidget()
        self.save, self.again = QPushButton("Save answers..."), QPushButton("Same again")
        self.new = QPushButton("New test")
        self._arrange()
        for button, signal in (
            (self.save, self.save_asked),
            (self.again, self.again_asked),
            (self.new, self.new_asked),
        ):
            button.clicked.connect(lambda _=False, signal=signal: signal.emit())

    @property
    def text(self) -> str:
        """Headline and sentence."""
        return f"{self._title.text()}\n{self._sentence.text()}"

    def show_test(self, test: BlindTest, titles: Mapping[str, str]) -> None:
        """Tell what the answers say; at least one has been given."""
        title, sentence = outcome(test, titles)
        self._title.setText(title)
        self._sentence.setText(sentence)
        preferred = test.kind == "preference"
        self.sources.setVisible(preferred and len(test.sources) > 2)
        self.pairs.setVisible(preferred)
        if preferred:
            _fill(self.sources, _ranking(test, titles))
            _fill(self.pairs, [_pair_row(pair, titles) for pair in pairs(test)])
        _fill(self.answers, _answer_rows(test, titles))
        self.answers.setColumnHidden(_HIDDEN, preferred)

    def _arrange(self) -> None:
        self._title.setProperty("role", "title")
        self._title.setWordWrap(True)
        note = QLabel(_CONVENTION)
        note.setProperty("role", "muted")
        _table(self.sources, "Strengths", ["Source", "Strength (Bradley-Terry)"])
        _table(self.pairs, "Pairs", ["Pair", "Better", "No difference", "Share", "p"])
        _table(self.answers, "Answers", ["Question", "A", "B", "X was", "Answer", "Seconds"])
        for table in (self.sources, self.pairs):
            table.setMaximumHeight(_TABLE_HEIGHT)
        buttons = QHBoxLayout()
        for button in (self.save, self.again, self.new):
            buttons.addWidget(button)
        buttons.addStretch(1)
        body = QWidget()
        body.setMaximumWidth(_WIDTH)
        column = QVBoxLayout(body)
        column.setContentsMargins(20, 24, 20, 16)
        column.setSpacing(10)
        for part in (self._title, self._sentence, self.sources, self.pairs, note):
            column.addWidget(part)
        column.addWidget(self.answers, 1)
        column.addLayout(buttons)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        row.addWidget(body, 1000)
        row.addStretch(1)


def outcome(test: BlindTest, titles: Mapping[str, str]) -> tuple[str, str]:
    """A headline, and a sentence that claims no more than the answers show.

    Args:
        test: With at least one answer.
        titles: Of the sources by key.
    """
    early = "" if test.current is None else f" It was ended after {_questions(test)}."
    if test.kind == "abx":
        return _told_apart(correct(test), [titles[key] for key in test.sources], early)
    shown = [pair for pair in pairs(test) if pair.share.shown]
    if not shown:
        return "No preference is shown", f"Chance could have given these answers.{early}"
    better = [_better(pair, titles) for pair in shown]
    return "; ".join(better), f"Chance would hardly have given this (p < 0.05).{early}"


def _told_apart(share: Share, names: Sequence[str], early: str) -> tuple[str, str]:
    one, two = names
    if share.shown:
        told = f"{one} and {two} were told apart."
    else:
        told = f"It is not shown that {one} and {two} can be told apart."
    chance = f"By chance, as many or more come in {percent(share.chance)} of such tests."
    return f"{share.count} of {share.of} right, {_part(share)}", f"{told} {chance}{early}"


def _part(share: Share) -> str:
    """A share in per cent, with its interval."""
    if not share.of:
        return "-"
    low, high = (f"{100 * end:.0f}" for end in (share.low, share.high))
    return f"{100 * share.count / share.of:.0f} % ({low} to {high} %)"


def _better(pair: Pair, titles: Mapping[str, str]) -> str:
    first = pair.share.count * 2 > pair.share.of
    winner, loser = (pair.first, pair.second) if first else (pair.second, pair.first)
    return f"{titles[winner]} looks better than {titles[loser]}"


def percent(probability: float) -> str:
    """A probability as people read it: 3.8 %, 0.02 %, below 0.01 %."""
    value = 100.0 * probability
    if value >= 10.0:
        return f"{value:.0f} %"
    return f"{value:.2g} %" if value >= 0.01 else "less than 0.01 %"


def _questions(test: BlindTest) -> str:
    return f"{len(test.answers)} of {len(test.trials)} questions"


def _ranking(test: BlindTest, titles: Mapping[str, str]) -> list[list[str]]:
    found = sorted(strengths(test).items(), key=lambda item: -item[1])
    return [[titles[key], f"{value:.3f}"] for key, value in found]


def _pair_row(pair: Pair, titles: Mapping[str, str]) -> list[str]:
    share = pair.share
    return [
        f"{titles[pair.first]} against {titles[pair.second]}",
        f"{share.count} : {share.of - share.count}",
        str(pair.ties),
        _part(share),
        f"{share.chance:.3f}" if share.chance >= 0.001 else "< 0.001",
    ]


def _answer_rows(test: BlindTest, titles: Mapping[str, str]) -> list[list[str]]:
    rows = []
    for number, (trial, answer) in enumerate(test.answered, start=1):
        said = {"a": titles[trial.a], "b": titles[trial.b], "neither": "no difference"}
        judged = "" if trial.correct in (None, answer.choice) else " (wrong)"
        hidden = titles[trial.x] if trial.x else ""
        shown = [str(number), titles[trial.a], titles[trial.b], hidden]
        rows.append([*shown, said[answer.choice] + judged, f"{answer.seconds:.1f}"])
    return rows


def _table(tree: QTreeWidget, name: str, headings: Sequence[str]) -> None:
    figure_table(name, headings, tree)
    for column in range(1, len(headings)):
        tree.header().setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)


def _fill(tree: QTreeWidget, rows: Sequence[Sequence[str]]) -> None:
    tree.clear()
    for row in rows:
        item = QTreeWidgetItem(list(row))
        for column in range(1, len(row)):
            item.setTextAlignment(column, RIGHT)
        tree.addTopLevelItem(item)
