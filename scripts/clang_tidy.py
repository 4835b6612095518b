"""Runs clang-tidy over every C++ source file of ours: clang_tidy.py [--fresh]

A file takes up to a minute, so one that was found clean is looked at again only when it, a header of ours that it
includes, its compiler flags, .clang-tidy or clang-tidy itself has changed; build/lint remembers. --fresh forgets. JOBS
processes run at a time. Ends with 1 where something was found.
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
# For what the native build does not compile: the browser's bindings and the installed library's consumer.
OTHER_FLAGS = ["-std=c++20", "-Iinclude", "-Isrc", "-Ibindings/wasm", "-Ibuild/release/include"]


def run(command: list[str], folder: Path = Path()) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def sources() -> list[str]:
    return run(["git", "ls-files", "*.cpp"]).stdout.split()


def compile_commands() -> dict[str, tuple[Path, list[str]]]:
    """Of each file that the native build compiles: the folder to compile in, and the compiler with its flags."""
    found = {}
    for entry in json.loads((BUILD / "compile_commands.json").read_text()):
        words = shlex.split(entry["command"])
        start = next(i for i, word in enumerate(words) if word.endswith(("c++", "g++", "clang++")))
        end = words.index("-o")
        found[os.path.relpath(entry["file"])] = (Path(entry["directory"]), words[start:end])
    return found


def fingerprint(file: str, folder: Path, compiler: list[str], settings: bytes) -> str:
    """Of everything that the findings depend on, headers of the system apart."""
    rule = run([*compiler, "-MM", "-MT", "x", str(Path(file).absolute())], folder)
    if rule.returncode != 0:
        raise SystemExit(f"{file}: cannot be compiled; build first\n{rule.stderr}")
    headers = rule.stdout.removeprefix("x:").replace("\\\n", " ").split()
    content = hashlib.sha256(settings + shlex.join(compiler).encode())
    for header in headers:
        content.update((folder / header).read_bytes())
    return content.hexdigest()


def findings(file: str, command: tuple[Path, list[str]] | None, settings: bytes) -> str:
    """What clang-tidy says about a file; empty where it is clean."""
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
