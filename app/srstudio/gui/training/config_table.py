"""The configuration of a run; of several, what is not the same for all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem

from srstudio.jobs.training_form import as_text
from srstudio.jobs.training_runs import Snapshot, differences

_SAME = "These runs were told the same."


class ConfigTable(QTreeWidget):
    """A row for each key, a column for each run."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Configuration")
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setSelectionMode(QTreeWidget.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._shown: tuple[object, ...] = ()

    def show_runs(self, runs: Sequence[Snapshot]) -> None:
        """Show what these runs were told."""
        rows = _rows(runs)
        shown = (*(run.name for run in runs), str(rows))
        if shown == self._shown:
            return
        self._shown = shown
        self.clear()
        self.setColumnCount(1 + len(runs))
        self.setHeaderLabels(["Key", *(run.name for run in runs)])
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        for key, values in rows.items():
            texts = [as_text(value) for value in values]
            item = QTreeWidgetItem([key, *texts])
            for column, text in enumerate(texts, 1):
                item.setToolTip(column, text)
            self.addTopLevelItem(item)
        if not rows and len(runs) > 1:
            item = QTreeWidgetItem([_SAME])
            self.addTopLevelItem(item)
            item.setFirstColumnSpanned(True)


def _rows(runs: Sequence[Snapshot]) -> dict[str, tuple[Any, ...]]:
    """The values of each key: all of a single run, those that differ of several."""
    if len(runs) != 1:
        return differences(runs)
    (run,) = runs
    told = {"recipe": run.recipe, "data": run.data, "valid": run.valid or "held out", **run.config}
    return {key: (value,) for key, value in told.items()}
