"""``python -m unitbudget build`` and ``… brief``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from unitbudget.batch import Batch
from unitbudget.build import RAW, build
from unitbudget.errors import UnitBudgetError
from unitbudget.package import CLEAN


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 1 when a document could not be read, 2 when there was nothing to do."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except UnitBudgetError as error:
        print(error, file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m unitbudget", description="单位预算公开：从印刷页到可信的数。"
    )
    commands = parser.add_subparsers(required=True, metavar="命令")
    building = commands.add_parser("build", help="读 PDF，写 data/clean", description=build.__doc__)
    building.add_argument("--raw", nargs="+", type=Path, default=[RAW], help="PDF 或文件夹")
    building.add_argument("--clean", type=Path, default=CLEAN, help="数据包写到哪里")
    building.add_argument("--jobs", type=int, default=0, help="进程数，默认用全部核心")
    building.set_defaults(run=_build)
    return parser


def _build(options: argparse.Namespace) -> int:
    built = build(options.raw, options.clean, Batch(options.jobs, sys.stderr.isatty()))
    print(f"读了 {built.read} 份文件，写到 {options.clean}")
    for message in built.failures:
        print(f"未读：{message}", file=sys.stderr)
    return 1 if built.failures else 0


if __name__ == "__main__":
    sys.exit(main())
