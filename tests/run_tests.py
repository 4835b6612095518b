"""Runs ctest and rejects skipped tests that tests/allowed_skips.txt does not allow here.

    run_tests.py --preset release --parallel 2       the arguments are ctest's

Skips are those of ctest's own tests and those inside tests that are scripts (unittest, pytest, vitest, Node.js). The
list names the place where each skip is allowed: without shared data, under a sanitizer or an emulator. ctest's closing
lines come last, unchanged. The exit status is ctest's, or 1 if a skip is not allowed.
"""

import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CLOSING_LINE = re.compile(r"\d+% tests passed")
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Skip:
    test: str  # ctest's name; inside a script, that name, a colon and the script's own name of the test
    reason: str


@dataclass(frozen=True)
class Allowance:
    pattern: str  # of Skip.test, with * and ?
    place: str
    reason: str


# How each kind of script names a skipped test, and how its summary counts them. unittest prints the first line of a
# test's docstring between its name and the result.
NAMED_SKIPS = {
    "unittest": re.compile(
        r"^ *(?P<name>\w+) \([^\n]*?(?:\n(?! *\w+ \()[^\n]*?)?\.\.\. skipped ['\"](?P<reason>.*)['\"]$", re.MULTILINE
    ),
    "pytest": re.compile(r"^SKIPPED \[(?P<count>\d+)\] (?P<name>[^:\n]+)(?::\d+)?: (?P<reason>.*)$", re.MULTILINE),
    "vitest": re.compile(r"^SKIPPED TEST (?P<name>[^\n]*?): (?P<reason>.*)$", re.MULTILINE),
    "node": re.compile(r"^ *ok \d+ - (?P<name>.*?) # (?:SKIP|TODO) ?(?P<reason>.*)$", re.MULTILINE),
}
COUNTED_SKIPS = {
    "unittest": re.compile(r"^(?:OK|FAILED) \(.*?\bskipped=(\d+)", re.MULTILINE),
    "pytest": re.compile(r"(\d+) (?:skipped|xfailed)\b(?=.* in [\d.]+s)", re.MULTILINE),
    "vitest": re.compile(r"^ *Tests +.*?(\d+) skipped", re.MULTILINE),
    "node": re.compile(r"^# (?:skipped|todo) (\d+)$", re.MULTILINE),
}


def skips_inside(test: str, output: str) -> list[Skip]:
    """The skips that a script's output reports."""
    output = ESCAPES.sub("", output)
    skips = []
    for kind, pattern in NAMED_SKIPS.items():
        named = 0
        for found in pattern.finditer(output):
            named += int(found.groupdict().get("count") or 1)
            skips.append(Skip(f"{test}: {found['name'].strip()}", found["reason"].strip()))
        counted = sum(int(count) for count in COUNTED_SKIPS[kind].findall(output))
        if counted > named:
            skips.append(Skip(f"{test}: {counted - named} tests without a name", f"{kind} counts them as skipped"))
    return skips


def reason_of(output: str) -> str:
    """The reason that GoogleTest prints below the place of a skip."""
    found = re.search(r": Skipped\n(.*)", output)
    return found[1].strip() if found and found[1].strip() else "no reason given"


def skips_of(junit: Path) -> list[Skip]:
    """All skips in ctest's results."""
    skips = []
    for case in ElementTree.parse(junit).iter("testcase"):
        name, output = case.get("name", ""), case.findtext("system-out") or ""
        if case.get("status") in ("notrun", "disabled"):
            skips.append(Skip(name, reason_of(output)))
        else:
            skips.extend(skips_inside(name, output))
    return skips


def read_allowances(text: str) -> list[Allowance]:
    """One line each: test, place and reason, two or more spaces between them."""
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    allowances = []
    for line in lines:
        columns = re.split(r"\s{2,}", line.strip())
        if len(columns) != 3:
            raise ValueError(f"allowed_skips.txt: expected test, place and reason: {line}")
        allowances.append(Allowance(*columns))
    return allowances


def is_here(place: str, preset: str) -> bool:
    """Whether an allowance's place is this run's."""
    kind, _, path = place.partition(" ")
    if kind == "anywhere":
        return True
    if kind == "sanitizer":
        return preset.startswith(("asan", "tsan"))
    if kind == "emulator":
        return preset == "arm64"
    if kind == "without":
        shared = os.environ.get("PORTRAIT_DEPTH_SHARED")
        if shared and path.startswith("../shared"):
            return not (Path(shared) / path.removeprefix("../shared").lstrip("/")).exists()
        return not (ROOT / path).exists()
    raise ValueError(f"allowed_skips.txt: unknown place: {place}")


def forbidden_skips(skips: list[Skip], allowances: list[Allowance], preset: str) -> list[Skip]:
    here = [allowance.pattern for allowance in allowances if is_here(allowance.place, preset)]
    return [skip for skip in skips if not any(fnmatchcase(skip.test, pattern) for pattern in here)]


def run_ctest(arguments: list[str]) -> tuple[int, list[str]]:
    """ctest's exit status and its closing lines; all lines before these are printed at once."""
    closing: list[str] = []
    with subprocess.Popen(["ctest", *arguments], stdout=subprocess.PIPE, text=True, errors="replace") as ctest:
        assert ctest.stdout is not None
        for line in ctest.stdout:
            if closing or CLOSING_LINE.match(line):
                closing.append(line)
            else:
                print(line, end="", flush=True)
    return ctest.returncode, closing


def main(arguments: list[str], allowed: Path = ROOT / "tests/allowed_skips.txt") -> int:
    preset = arguments[arguments.index("--preset") + 1] if "--preset" in arguments else ""
    allowances = read_allowances(allowed.read_text())
    with tempfile.TemporaryDirectory() as folder:
        junit = Path(folder) / "junit.xml"
        # By default, ctest keeps 1 KB of a passed test's output.
        whole_output = ["--test-output-size-passed", "100000000", "--test-output-size-failed", "100000000"]
        status, closing = run_ctest([*arguments, "--no-tests=error", "--output-junit", str(junit), *whole_output])
        if not junit.exists():  # ctest ran no test
            return status or 1
        skips = skips_of(junit)
    forbidden = forbidden_skips(skips, allowances, preset)
    print(f"skipped: {len(skips)}, allowed by {allowed.name}: {len(skips) - len(forbidden)}")
    for skip in forbidden:
        print(f"skip not allowed here: {skip.test}: {skip.reason}")
    print("".join(closing), end="", flush=True)
    return status or int(bool(forbidden))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
