"""Any error as one sentence; of a mistake of ours the traceback is kept where the sentence says."""

from __future__ import annotations

import errno
import tempfile
import traceback
from datetime import datetime
from pathlib import Path

from unitbudget.errors import Refused, Unforeseen, UnitBudgetError
from unitbudget.package import project

NAME = "unitbudget.log"
#: What a system refuses for reasons that are not ours.
_REFUSALS = {
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "所在的盘是只读的",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "磁盘配额已满",
    errno.EIO: "磁盘读写出错",
    errno.ENAMETOOLONG: "文件名太长",
}


def told(error: BaseException) -> UnitBudgetError:
    """The error itself where it is a sentence, or the sentence for it."""
    if isinstance(error, UnitBudgetError):
        return error
    if isinstance(error, OSError) and error.errno in _REFUSALS:
        return Refused(f"{error.filename or '写文件时'}：{_REFUSALS[error.errno]}")
    return unforeseen(error)


def unforeseen(error: BaseException) -> Unforeseen:
    """The sentence for an error nobody expected, once its traceback is in the log."""
    how = "".join(traceback.format_exception(error))
    what = " ".join(f"{type(error).__name__}：{error}".split())[:120]
    for folder in (project() / ".cache", Path(tempfile.gettempdir())):
        try:
            folder.mkdir(exist_ok=True)
            with (folder / NAME).open("a", encoding="utf-8") as log:
                log.write(f"{datetime.now():%Y-%m-%d %H:%M:%S}\n{how}\n")
        except OSError:
            continue
        place = f".cache/{NAME}" if folder.name == ".cache" else folder / NAME
        return Unforeseen(f"程序出错（{what}），经过记在 {place}，请把它报告给维护者")
    return Unforeseen(f"程序出错（{what}），请把它报告给维护者")
