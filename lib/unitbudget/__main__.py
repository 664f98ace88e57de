"""``python -m unitbudget build``, ``… brief`` and the other commands."""

from __future__ import annotations

import argparse
import signal
import sys
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn

COMMANDS = {
    "build": "读 data/raw 里的 PDF，写数据包 data/clean",
    "brief": "读 data/clean，写简报 briefings",
    "notebooks": "重跑笔记本，存下输出",
    "verify": "一份简报是不是由这个数据包、这些规则做出来的",
    "decisions": "写出待决定的发现 data/decisions.csv，已填的决定保留",
    "compare": "同一份公开的两个版本，数、说法和发现有哪些不同",
    "teach": "印出一份没有模板的 PDF 里各表的读法，核对后可存作模板",
}
#: What only ``run.py`` does, from outside the environment.
BESIDE = {"lab": "打开 JupyterLab", "test": "检查代码、跑测试", "bench": "跑基准"}
STOPPED = {"build": "：原来的数据包没有动", "brief": "：原来的简报没有动"}
#: argparse's own words, in the language of all the others.
_WORDS = {
    "the following arguments are required": "还缺",
    "unrecognized arguments": "没有这样的参数",
    "expected one argument": "后面要有一个值",
    "expected at least one argument": "后面至少要有一个值",
    "not allowed with argument": "不能同时用",
    "ambiguous option": "参数不明确",
    "argument ": "",
}


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 1 when something could not be read or done, said in a sentence each."""
    words = sys.argv[1:] if arguments is None else arguments
    try:
        if words and not words[0].startswith("-") and words[0] not in COMMANDS:
            print(_unknown(words[0]), file=sys.stderr)
            return 2
        options = _parser().parse_args(words or ["--help"])
        return int(options.run(options))
    except KeyboardInterrupt:
        print(_stopped(words), file=sys.stderr)
        return 130
    except Exception as error:
        from unitbudget.log import told

        print(told(error), file=sys.stderr)
        return 1


def _stopped(words: list[str]) -> str:
    kept = "，读完的文件下次不必重读" if words[:1] == ["build"] and "--fresh" not in words else ""
    return f"已停止{STOPPED.get(words[0], '') if words else ''}{kept}"


class _Parser(argparse.ArgumentParser):
    """A parser that speaks one language."""

    def __init__(self, **keywords: Any) -> None:
        super().__init__(add_help=False, formatter_class=_Help, **keywords)
        self.options = self.add_argument_group("参数")
        self.options.add_argument("-h", "--help", action="help", help="显示这段说明")

    def error(self, message: str) -> NoReturn:
        for word, ours in _WORDS.items():
            message = message.replace(word, ours)
        self.exit(2, f"{message}。用法见 {self.prog} --help\n")


class _Help(argparse.HelpFormatter):
    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="run.py", description="单位预算公开：从印刷页到可信的数。")
    commands = parser.add_subparsers(title="命令", metavar="命令", required=True)
    made = {}
    for name, does in COMMANDS.items():
        command = commands.add_parser(name, help=does, description=f"{does}。")
        command.set_defaults(run=globals()[f"_{name}"])
        made[name] = command.options.add_argument
    add = made["build"]
    add("--raw", nargs="+", type=Path, metavar="路径", help="PDF 或放 PDF 的文件夹，默认 data/raw")
    add("--clean", type=Path, metavar="文件夹", help="数据包写到哪里，默认 data/clean")
    add("--jobs", type=_number, default=0, metavar="数", help="进程数，默认每个核心一个")
    add("--limit", type=_seconds, default=120, metavar="秒", help="每份最多读几秒，默认 120")
    where = "Dask 集群，如 tcp://10.0.0.1:8786，默认不用"
    add("--scheduler", default="", metavar="地址", help=where)
    add("--pictures", action="store_true", help="数据包里也放页面图，默认用到时再画")
    form = "数据包的形式：csv，或分块的 parquet；默认 500 份以内用 csv"
    add("--form", choices=("csv", "parquet"), default="", help=form)
    add("--checks", action="store_true", help="分块时成立的勾稽也逐条写，默认只计条数；写简报要用")
    add("--fresh", action="store_true", help="不用上次读过的结果，默认沿用")
    made["verify"]("page", type=Path, metavar="简报", help="一份简报的 HTML")
    made["compare"]("before", metavar="旧版", help="文件编号")
    made["compare"]("after", metavar="新版", help="文件编号")
    made["compare"]("--page", type=Path, metavar="文件", help="另写成一页 HTML，默认不写")
    for name in ("brief", "verify", "decisions", "compare"):
        made[name]("--clean", type=Path, metavar="文件夹", help="数据包在哪里，默认 data/clean")
    add = made["brief"]
    add("--briefings", type=Path, metavar="文件夹", help="简报写到哪里，默认 briefings")
    add("--jobs", type=_number, default=0, metavar="数", help="进程数，默认每个核心一个")
    add("--pdf", action="store_true", help="另存 PDF（要装有 Chromium），默认不存")
    made["notebooks"]("paths", nargs="*", type=Path, metavar="笔记本", help="哪些笔记本，默认全部")
    sheet = "决定记在哪里，默认数据包旁的 decisions.csv"
    made["decisions"]("--sheet", type=Path, metavar="文件", help=sheet)
    made["teach"]("path", type=Path, metavar="PDF", help="哪一份 PDF")
    return parser


def _unknown(word: str) -> str:
    meant = get_close_matches(word, COMMANDS, 1)
    known = "、".join(f"{name}（{does}）" for name, does in (COMMANDS | BESIDE).items())
    return f"没有 {word} 这个命令。{f'是不是 {meant[0]}？' if meant else ''}有：{known}"


def _number(word: str) -> int:
    if not word.isdecimal():
        raise argparse.ArgumentTypeError(f"{word} 不行，要一个不小于零的整数")
    return int(word)


def _seconds(word: str) -> float:
    try:
        seconds = float(word)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 1e9:
        raise argparse.ArgumentTypeError(f"{word} 不行，要一个大于零的秒数")
    return seconds


# What works is loaded only by the commands that need it: nobody waits for what he does not use,
# and Ctrl-C is heard from the beginning.


def _brief(options: argparse.Namespace) -> int:
    from unitbudget.package import project
    from unitbudget.running.brief import brief

    briefed = brief(options.clean, options.briefings, options.jobs, options.pdf, progress=True)
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


def _verify(options: argparse.Namespace) -> int:
    from unitbudget.running.verify import verify

    found = verify(options.page, options.clean)
    print("与重做的一字不差" if not found else f"与重做的不同，{len(found)}处：")
    for difference in found:
        print(f"  {difference}")
    return 1 if found else 0


def _decisions(options: argparse.Namespace) -> int:
    from unitbudget.briefing import decisions
    from unitbudget.package import clean_folder, load

    path = options.sheet or decisions.sheet(Path(options.clean or clean_folder()))
    table = decisions.decided(load(options.clean), decisions.read(path))
    decisions.write(path, table)
    counts = table["state"].replace("", decisions.OPEN).value_counts()
    said = "，".join(f"{state} {count} 条" for state, count in counts.items())
    print(f"写到 {path}：{said or '没有发现'}")
    return 0


def _compare(options: argparse.Namespace) -> int:
    from unitbudget.briefing.versions import compare
    from unitbudget.package import load

    package = load(options.clean)
    both = [package.document(name) for name in (options.before, options.after)]
    found = compare(*both)
    if options.page:
        titles = [str(each.documents["title"].item()) for each in both]
        options.page.write_text(found.page(*titles), encoding="utf-8", newline="\n")
        print(f"写到 {options.page}")
    for what, frame in (("数", found.amounts), ("说法", found.claims), ("发现", found.findings)):
        print(f"{what}：{len(frame)}处不同")
        if len(frame):
            print(frame.to_csv(index=False), end="")
    return 0 if found.alike else 1


def _teach(options: argparse.Namespace) -> int:
    from unitbudget.reading.teaching import teach

    print(teach(options.path), end="")
    return 0


def _build(options: argparse.Namespace) -> int:
    from unitbudget.package import clean_folder, project
    from unitbudget.running.batch import Batch
    from unitbudget.running.build import build

    cache = None if options.fresh else project() / ".cache" / "documents"
    batch = Batch(
        *(options.jobs, options.limit, options.scheduler, cache, True, options.pictures),
        *(options.form, options.checks),
    )
    built = build(options.raw, options.clean, batch)
    again = f"（其中 {built.reused} 份内容未变，沿用上次读数）" if built.reused else ""
    print(f"读了 {built.read} 份文件{again}，写到 {options.clean or clean_folder()}")
    for message in built.repeated:
        print(message, file=sys.stderr)
    for message in built.unread:
        print(f"有一张表没有读出来：{message}", file=sys.stderr)
    for message in built.failures:
        print(f"未读：{message}", file=sys.stderr)
    return 1 if built.failures or built.unread else 0


if __name__ == "__main__":
    # Whoever ends it politely is obeyed as one who presses Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(main())
