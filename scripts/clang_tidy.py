"""Runs clang-tidy over every C++ source file of the project: clang_tidy.py [--fresh]

A file takes up to a minute. A file without findings is checked again only after a change of its text, of a header of
the project that it includes, of its compiler flags, of .clang-tidy or of clang-tidy itself; build/lint caches this.
--fresh empties the cache. JOBS processes run at a time. The exit status is 1 if there are findings.
"""

import hashlib
import json
import os
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TIDY = "clang-tidy-14"
BUILD, CLEAN = Path("build/release"), Path("build/lint")
# For files outside the native build: the browser's bindings and the installed library's consumer.
OTHER_FLAGS = ["-std=c++20", "-Iinclude", "-Isrc", "-Ibindings/wasm", "-Ibuild/release/include"]


def run(command: list[str], folder: Path = Path()) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def sources() -> list[str]:
    return run(["git", "ls-files", "*.cpp"]).stdout.split()


def compile_commands() -> dict[str, tuple[Path, list[str]]]:
    """By file of the native build: the folder to compile in, and the compiler with its flags."""
    found = {}
    for entry in json.loads((BUILD / "compile_commands.json").read_text()):
        words = shlex.split(entry["command"])
        start = next(i for i, word in enumerate(words) if word.endswith(("c++", "g++", "clang++")))
        end = words.index("-o")
        found[os.path.relpath(entry["file"])] = (Path(entry["directory"]), words[start:end])
    return found


def fingerprint(file: str, folder: Path, compiler: list[str], settings: bytes) -> str:
    """A hash of everything that the findings depend on, except headers of the system."""
    rule = run([*compiler, "-MM", "-MT", "x", str(Path(file).absolute())], folder)
    if rule.returncode != 0:
        raise SystemExit(f"{file}: cannot be compiled; build first\n{rule.stderr}")
    headers = rule.stdout.removeprefix("x:").replace("\\\n", " ").split()
    content = hashlib.sha256(settings + shlex.join(compiler).encode())
    for header in headers:
        content.update((folder / header).read_bytes())
    return content.hexdigest()


def findings(file: str, command: tuple[Path, list[str]] | None, settings: bytes) -> str:
    """clang-tidy's findings in a file; empty if there are none."""
    folder, compiler = command or (Path(), ["c++", *OTHER_FLAGS])
    clean = CLEAN / fingerprint(file, folder, compiler, settings)
    if clean.exists():
        return ""
    result = run([TIDY, "--quiet", file, *(["-p", str(BUILD)] if command else ["--", *OTHER_FLAGS])])
    if result.returncode != 0:
        return result.stdout + result.stderr
    clean.write_text(f"{file}\n")
    return ""


def main() -> None:
    CLEAN.mkdir(parents=True, exist_ok=True)
    if sys.argv[1:] == ["--fresh"]:
        for clean in CLEAN.iterdir():
            clean.unlink()
    settings = Path(".clang-tidy").read_bytes() + run([TIDY, "--version"]).stdout.encode()
    commands = compile_commands()
    with ThreadPoolExecutor(int(os.environ.get("JOBS", os.cpu_count() or 1))) as pool:
        jobs = [pool.submit(findings, file, commands.get(file), settings) for file in sources()]
        found = False
        for job in jobs:
            if text := job.result():
                print(text, end="", flush=True)
                found = True
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
