"""Asks what is to become of an export that is ended early."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from srstudio.gui.exporting.words import name_of
from srstudio.jobs.export_status import ExportStatus


class EndingDialog(QMessageBox):
    """Keep what is done, leave nothing, or go on.

    Args:
        job: The export.
        end: Called with whether what is done is kept.
        parent: The window.
    """

    def __init__(self, job: ExportStatus, end: Callable[[bool], object], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Cancel the export")
        self.setIcon(QMessageBox.Icon.Question)
        report = job.report
        self.setText(f"Cancel the export of {name_of(job.settings)}?")
        self.setInformativeText(
            f"{report.frames:,} of {report.total:,} frames are written. "
            "They can be kept as a file that ends there, or nothing is left behind."
        )
        self.keep = self.addButton("Keep what is done", QMessageBox.ButtonRole.AcceptRole)
        self.discard = self.addButton("Leave nothing", QMessageBox.ButtonRole.DestructiveRole)
        self.go_on = self.addButton("Go on exporting", QMessageBox.ButtonRole.RejectRole)
        self.keep.setEnabled(report.frames > 0)
        self.setDefaultButton(self.go_on)
        self.setEscapeButton(self.go_on)
        self.keep.clicked.connect(lambda: end(True))
        self.discard.clicked.connect(lambda: end(False))
