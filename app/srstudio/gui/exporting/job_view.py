"""One export: how it goes above, the frame that is being written below."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from srstudio.gui.background import Background
from srstudio.gui.exporting.job_header import JobHeader
from srstudio.gui.exporting.preview import PreviewPane
from srstudio.jobs.export_status import ExportStatus


class JobView(QWidget):
    """What is known of an export.

    Args:
        background: Reads pictures.
    """

    def __init__(self, background: Background) -> None:
        super().__init__()
        self.header, self.preview = JobHeader(), PreviewPane(background)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 12, 14, 12)
        layout.setSpacing(12)
        layout.addWidget(self.header)
        layout.addWidget(self.preview, 1)

    def show_job(self, job: ExportStatus) -> None:
        """Show an export."""
        self.header.show_job(job)
        self.preview.show_job(job)
