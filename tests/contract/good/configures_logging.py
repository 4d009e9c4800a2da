"""Configures logging, to its work folder and to the log."""

import logging
import logging.config
from pathlib import Path
from typing import Annotated

from hookkit import HookContext, Output, hook


@hook
def job(output: Annotated[Path, Output()], context: HookContext) -> None:
    """Configures logging, to its work folder and to the log."""
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "handlers": {
                "file": {"class": "logging.FileHandler", "filename": str(context.work_dir / "log")},
                "shown": {"class": "logging.StreamHandler"},
            },
            "root": {"handlers": ["file", "shown"], "level": "INFO"},
        }
    )
    logging.getLogger("author").info("seen")
    context.log.info("seen, too")
    assert "seen" in (context.work_dir / "log").read_text()

    (output / "product").touch()
