"""``python -m unitbudget build``, ``… brief`` and ``… notebooks``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from unitbudget.errors import UnitBudgetError
from unitbudget.package import clean_folder, project
from unitbudget.running.batch import Batch
from unitbudget.running.build import build


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 1 when something could not be read or done, said in a sentence each."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except UnitBudgetError as error:
        print(error, file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m unitbudget", description="单位预算公开：从印刷页到可信的数。"
    )
    commands = parser.add_subparsers(required=True, metavar="命令")
    building = commands.add_parser("build", help="读 PDF，写 data/clean", description=build.__doc__)
    building.add_argument("--raw", nargs="+", type=Path, help="PDF 或文件夹，默认 data/raw")
    building.add_argument("--clean", type=Path, help="数据包写到哪里，默认 data/clean")
    building.add_argument("--jobs", type=int, default=0, help="进程数，默认每个核心一个")
    building.add_argument("--limit", type=float, default=120, help="每份文件最多读几秒")
    building.add_argument("--scheduler", default="", help="Dask 集群地址，如 tcp://10.0.0.1:8786")
    building.add_argument("--fresh", action="store_true", help="不用上次读过的结果")
    building.set_defaults(run=_build)
    briefing = commands.add_parser("brief", help="读 data/clean，写 briefings")
    briefing.add_argument("--clean", type=Path, help="数据包在哪里，默认 data/clean")
    briefing.add_argument("--briefings", type=Path, help="简报写到哪里，默认 briefings")
    briefing.add_argument("--jobs", type=int, default=0, help="进程数，默认每个核心一个")
    briefing.add_argument("--pdf", action="store_true", help="另存 PDF（要装有 Chromium）")
    briefing.set_defaults(run=_brief)
    storing = commands.add_parser("notebooks", help="重跑笔记本，存下输出")
    storing.add_argument("paths", nargs="*", type=Path, help="哪些笔记本，默认全部")
    storing.set_defaults(run=_notebooks)
    return parser


# What draws is loaded only by the commands that draw: a process that reads need not wait for it.


def _brief(options: argparse.Namespace) -> int:
    from unitbudget.briefing.briefings import brief

    briefed = brief(options.clean, options.briefings, options.jobs, options.pdf)
    folder = options.briefings or project() / "briefings"
    print(f"写了 {len(briefed.written)} 份简报，从 {folder / 'index.html'} 看起")
    for message in briefed.failures:
        print(f"未写：{message}", file=sys.stderr)
    return 1 if briefed.failures else 0


def _notebooks(options: argparse.Namespace) -> int:
    from unitbudget.briefing.notebooks import every, store

    for stored in store(options.paths or every()):
        print(stored)
    return 0


def _build(options: argparse.Namespace) -> int:
    cache = None if options.fresh else project() / ".cache" / "documents"
    progress = sys.stderr.isatty()
    batch = Batch(options.jobs, options.limit, options.scheduler, cache, progress)
    built = build(options.raw, options.clean, batch)
    again = f"（其中 {built.reused} 份内容未变，沿用上次读数）" if built.reused else ""
    print(f"读了 {built.read} 份文件{again}，写到 {options.clean or clean_folder()}")
    for message in built.unread:
        print(f"有一张表没有读出来：{message}", file=sys.stderr)
    for message in built.failures:
        print(f"未读：{message}", file=sys.stderr)
    return 1 if built.failures or built.unread else 0


if __name__ == "__main__":
    sys.exit(main())
