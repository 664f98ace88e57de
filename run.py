#!/usr/bin/env python3
"""本项目的一切，从这一条命令开始；只要有 Python。

python3 run.py              读 data/raw 里的 PDF，写数据包 data/clean，再写简报 briefings
python3 run.py lab          打开 JupyterLab，自己分析；自己的笔记本放在 analysis/
python3 run.py build ...    只读 PDF，写数据包：run.py build --raw 文件夹 --clean 文件夹
python3 run.py brief ...    只写简报：run.py brief --briefings 文件夹
python3 run.py notebooks    重跑 notebooks/ 里的笔记本，存下输出
python3 run.py test [参数]  检查代码、跑测试、重跑笔记本；有参数时只跑 pytest，如 -k amounts -x
python3 run.py bench [名称] 跑基准，或其中一个

build、brief、notebooks、bench 后面加 --help 有说明。第一次运行在这里建好环境 .venv，
要联网一次，一到三分钟；以后直接开始。想从头来过，删掉 .venv。
"""

# No syntax newer than Python 3.6 in here: an old Python must get as far as saying that it is old.

import hashlib
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree

OLDEST_PYTHON = (3, 11)
ROOT = Path(__file__).resolve().parent
LOCK = ROOT / "requirements.lock"
VENV = ROOT / ".venv"
SCRIPTS = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = SCRIPTS / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "complete.json"
ANALYSIS, START = ROOT / "analysis", "从这里开始.ipynb"
NOTIFICATION = "@jupyterlab/apputils-extension:notification"
REPORTS = ROOT / ".cache" / "test-reports"
SUITE = ("tests", "failures", "errors", "skipped")
COUNTS = "{} passed, {} failed, {} skipped"


class Problem(Exception):
    """Something the reader has to do first, said in one sentence."""


def require_python(version):
    if tuple(version[:2]) < OLDEST_PYTHON:
        found, needed = ("{}.{}".format(*v[:2]) for v in (version, OLDEST_PYTHON))
        raise Problem(
            f"This is Python {found}, but the project needs Python {needed} or newer："
            "请装一个新的，再用它运行本文件，如 `python3.12 run.py`。"
        )


def require_venv():
    # Debian splits the standard library: venv is there, but cannot bring pip along.
    if not (find_spec("venv") and find_spec("ensurepip")):
        raise Problem(
            "这个 Python 缺 venv 或 ensurepip，建不了环境："
            "在 Debian、Ubuntu 上请先 `apt install python3-venv`，再试一次。"
        )


def wanted():
    """What a finished environment was made from: it is stale as soon as any of this changes."""
    lock = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    return {"lock": lock, "python": list(sys.version_info[:2]), "place": str(ROOT)}


def is_ready():
    try:
        return PYTHON.exists() and json.loads(STAMP.read_text(encoding="utf-8")) == wanted()
    except (OSError, ValueError):
        return False


def installers():
    """Ways to make and fill the environment, the fastest first; each is a list of commands."""
    # Wheels only: building OpenCV from source would take an hour and tools nobody has.
    locked = ["--no-deps", "--require-hashes", "--only-binary", ":all:", "-r", str(LOCK)]
    # Inside another virtual environment, ask for the Python that environment was made with.
    base = getattr(sys, "_base_executable", None) or sys.executable
    uv = shutil.which("uv")
    if uv:
        make = [uv, "venv", "--python", base, str(VENV)]
        yield [make, [uv, "pip", "install", "--python", str(PYTHON), *locked]]
    require_venv()
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check"]
    yield [[base, "-m", "venv", str(VENV)], [*pip, "install", "--no-compile", *locked]]


def install():
    for commands in installers():
        # Also throws away the stamp, so an interrupted installation can never look finished.
        shutil.rmtree(str(VENV), ignore_errors=True)
        if all(call(command) == 0 for command in commands):
            return
    raise Problem(
        "requirements.lock 里的包没有装好（原因见上）：第一次运行需要联网一次，"
        "请接上网络，或让 pip 用镜像，再试一次；装了一半的不会被使用。"
    )


def set_up():
    require_python(sys.version_info)
    if is_ready():
        return
    if Path(sys.prefix).resolve() == VENV:
        raise Problem(
            "环境 .venv 已经过时，在它里面不能换掉它自己："
            "请先 `deactivate`，再用它外面的 Python 运行本文件。"
        )
    if not os.access(str(VENV if VENV.exists() else VENV.parent), os.W_OK):
        raise Problem(f"{VENV} 要（重新）建立，可是不能写入：请改权限，或把项目放到能写的地方。")
    print("正在建立 .venv：只此一次，要联网，一到三分钟。", flush=True)
    start = time.time()
    install()
    packages = Path(sysconfig.get_path("purelib", "venv", vars={"base": str(VENV)}))
    # Relative, so plain ASCII: such files are read in an encoding that depends on the system.
    link = os.path.relpath(str(ROOT / "lib"), str(packages))
    (packages / "unitbudget.pth").write_text(link + "\n", encoding="ascii")
    # Compiled, Camelot starts four times as fast; files that are not meant to compile do no harm.
    python("-m", "compileall", "-qq", "-j", "0", str(packages))
    STAMP.write_text(json.dumps(wanted()), encoding="utf-8")
    print(f"建好了，用了 {time.time() - start:.0f} 秒。", flush=True)


def environment():
    """The caller's environment, without what would let other packages in among the locked ones."""
    keep = {k: v for k, v in os.environ.items() if k not in ("PYTHONHOME", "PYTHONPATH")}
    keep["PATH"] = os.pathsep.join([str(SCRIPTS), keep.get("PATH", os.defpath)])
    keep["VIRTUAL_ENV"] = str(VENV)
    keep["JUPYTER_PREFER_ENV_PATH"] = "1"  # notebooks run on this Python, not on a user's own
    keep["PYTHONUTF8"] = "1"  # Chinese text survives Windows and the C locale
    return keep


def call(command, cwd=None):
    process = subprocess.Popen(command, cwd=cwd, env=environment())
    try:
        return process.wait()
    except (KeyboardInterrupt, SystemExit) as end:
        if isinstance(end, SystemExit):
            process.terminate()  # of Ctrl-C it has heard itself, and may have something to save
        process.wait()
        raise


def python(*args, cwd=str(ROOT)):
    return call([str(PYTHON), *args], cwd)


def everything():
    """Build, then brief: one unreadable PDF must not withhold the briefings of the others."""
    steps = ("build --checks", "brief")
    return int(any([python("-m", "unitbudget", *step.split()) != 0 for step in steps]))


def test(args):
    """Every test, checks of the code among them, and every stored notebook; or what is asked."""
    shutil.rmtree(str(REPORTS), ignore_errors=True)
    report = REPORTS / "pytest.xml"
    # a file of tests or a notebook at a time on each of two cores
    everything = "-n 2 --dist loadscope --no-loadscope-reorder --durations=10 -m 'not slow' "
    everything += "--nbval --nbval-current-env --nbval-cell-timeout=300 "
    everything += "--nbval-sanitize-with tests/nbval_sanitize.cfg tests notebooks"
    code = python("-m", "pytest", *(args or shlex.split(everything)), f"--junitxml={report}")
    counted = counts(report)
    print(COUNTS.format(*counted), flush=True)
    # A run that tested nothing has shown nothing, whatever pytest thinks of it.
    return 1 if code != 0 or (not args and counted[0] == 0) else 0


def counts(report):
    """Passed, failed and skipped tests of one pytest run, from the report it left."""
    try:
        suite = ElementTree.parse(str(report)).getroot().find("testsuite").attrib
    except (OSError, ElementTree.ParseError):
        return [0, 0, 0]
    ran, failures, errors, skipped = (int(suite[key]) for key in SUITE)
    return [ran - failures - errors - skipped, failures + errors, skipped]


def lab(args):
    # Defaults only: whatever people choose in JupyterLab's own settings still wins.
    defaults = {NOTIFICATION: {"checkForUpdates": False, "fetchNews": "false"}}
    if speaks_chinese():
        defaults["@jupyterlab/translation-extension:plugin"] = {"locale": "zh_CN"}
    settings = VENV / "share" / "jupyter" / "lab" / "settings" / "overrides.json"
    if os.access(str(VENV), os.W_OK):
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text(json.dumps(defaults), encoding="utf-8")
    if not ANALYSIS.exists():
        ANALYSIS.mkdir()
        shutil.copy(str(ROOT / "notebooks" / "start.ipynb"), str(ANALYSIS / START))
    # The analyst's own folder, with the whole project in reach: a PDF is added by dropping it.
    opened = quote(f"/lab/tree/analysis/{START if (ANALYSIS / START).exists() else ''}")
    where = [f"--ServerApp.root_dir={ROOT}", f"--LabApp.default_url={opened}"]
    # A notebook of the project that is run unchanged is saved as the same file.
    where.append("--FileContentsManager.pre_save_hook=unitbudget.briefing.notebooks.as_stored")
    return python("-m", "jupyterlab", *where, *args)


def speaks_chinese():
    if os.name == "nt":
        import ctypes

        return ctypes.windll.kernel32.GetUserDefaultUILanguage() & 0x3FF == 0x04
    chosen = [os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    return next(filter(None, chosen), "").lower().startswith("zh")


def main(args):
    word, rest = (args[0], args[1:]) if args else ("", [])
    if word in ("-h", "--help", "help"):
        print(__doc__.strip())
        return 0
    set_up()
    ours = {"": lambda _: everything(), "test": test, "lab": lab}
    if word in ours:
        return ours[word](rest)
    if word == "bench":
        return python("benchmarks/run.py", *rest)
    # Where the caller stands, because the paths in the arguments are meant from there.
    return python("-m", "unitbudget", *args, cwd=None)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # whatever the terminal can show
    try:
        sys.exit(main(sys.argv[1:]))
    except (Problem, OSError) as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        sys.exit(130)
