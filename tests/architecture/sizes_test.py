"""Sizes of sources and functions, and the header of each module: docs/design.md, "The house"."""

import json
import re
import statistics
import subprocess
import unittest
from pathlib import Path
from typing import Any

from source_tree import ROOT, SmallTree

FOLDERS = ["include", "src", "apps", "bindings", "web", "training", "examples", "bench", "tests", "scripts"]
NOT_OURS = {"node_modules", "dist", "build", "__pycache__", "coverage", "site"}
SUFFIXES = {".cpp", ".hpp", ".h", ".ts", ".tsx", ".js", ".mjs", ".css", ".py"}

MOST_LINES_OF_A_FILE = 500
MOST_LINES_OF_A_FUNCTION = 100
MOST_PARAMETERS = 8
# Python's functions for users take keyword arguments; they arrive as parameters of the functions that pybind11 calls.
KEYWORD_ARGUMENTS = ("bindings/python/module.cpp", "bindings/python/portrait_depth/ray.py: process:")
# libmicrohttpd sets the parameters of its callback for parts of a body.
CALLBACKS = "apps/http/request_reader.cpp"
# Half of the library's sources are shorter than a screen or two.
MOST_LINES_OF_THE_MEDIAN = 60


def sources(root: Path) -> list[Path]:
    files = [file for folder in FOLDERS for file in (root / folder).rglob("*") if file.suffix in SUFFIXES]
    return sorted(file for file in files if not NOT_OURS & set(file.relative_to(root).parts[:-1]))


def line_count(file: Path) -> int:
    return len(file.read_text().splitlines())


def long_files(root: Path) -> list[str]:
    counts = {file: line_count(file) for file in sources(root)}
    return [
        f"{file.relative_to(root)}: {count} lines" for file, count in counts.items() if count > MOST_LINES_OF_A_FILE
    ]


def tags_of(files: list[Path]) -> list[dict[str, Any]]:
    """Functions and declarations of functions in C++ and Python, by Universal Ctags."""
    command = ["ctags", "--options=NONE", "--output-format=json", "--fields=+neS", "--kinds-C++=fp"]
    command += ["--kinds-Python=fm", "--langmap=C++:.cpp.hpp.h", "-f", "-", *map(str, files)]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    return [tag for line in result.stdout.splitlines() if (tag := json.loads(line))["_type"] == "tag"]


def tagged_functions(files: list[Path]) -> list[tuple[Path, str, int]]:
    """File, name and number of lines of each function in C++ and Python."""
    return [(Path(tag["path"]), tag["name"], tag["end"] - tag["line"] + 1) for tag in tags_of(files) if "end" in tag]


def parameter_count(signature: str) -> int:
    inside = signature.strip()[1:].rpartition(")")[0]
    depth, count = 0, 1 if inside.strip() else 0
    for character in inside:
        depth += (character in "([{<") - (character in ")]}>")
        count += character == "," and depth == 0
    return count


def many_parameters(root: Path) -> list[str]:
    files = [file for file in sources(root) if file.suffix in {".cpp", ".hpp", ".h", ".py"}]
    found = [(tag, parameter_count(tag["signature"])) for tag in tags_of(files) if "signature" in tag]
    names = [
        f"{Path(tag['path']).relative_to(root)}: {tag['name']}: {count} parameters"
        for tag, count in found
        if count > MOST_PARAMETERS
    ]
    return [name for name in names if not name.startswith((*KEYWORD_ARGUMENTS, CALLBACKS))]


def braced_functions(file: Path) -> list[tuple[Path, str, int]]:
    """The same for a script that Prettier formats: a function ends at the brace with its first line's indentation.

    Suites of tests are not functions.
    """
    lines = file.read_text().splitlines()
    found = []
    for start, line in enumerate(lines):
        text = line.strip()
        opens = re.search(r"(=>|\)(: .+)?) \{$", text) and not re.match(
            r"(if|for|while|switch|\} else|describe)\b", text
        )
        if not opens:
            continue
        indentation = line[: len(line) - len(line.lstrip())]
        end = next((i for i in range(start + 1, len(lines)) if re.match(rf"{indentation}\}}", lines[i])), start)
        found.append((file, text[:40], end - start + 1))
    return found


def long_functions(root: Path) -> list[str]:
    files = sources(root)
    functions = tagged_functions([file for file in files if file.suffix in {".cpp", ".hpp", ".h", ".py"}])
    for file in files:
        if file.suffix in {".ts", ".tsx", ".js", ".mjs"}:
            functions += braced_functions(file)
    return [
        f"{file.relative_to(root)}: {name}: {lines} lines"
        for file, name, lines in functions
        if lines > MOST_LINES_OF_A_FUNCTION
    ]


def modules_without_header(root: Path) -> list[str]:
    """Each module's CMakeLists.txt opens with its name, its input and its output."""
    header = re.compile(r"# (\w+)/\n# In: .+\n# Out: .+\n")
    missing = []
    for lists in sorted((root / "src").glob("*/CMakeLists.txt")):
        match = header.match(lists.read_text())
        if not match or match[1] != lists.parent.name:
            missing.append(str(lists.relative_to(root)))
    return missing


class Sizes(unittest.TestCase):
    def test_files_are_short(self) -> None:
        self.assertEqual(long_files(ROOT), [])

    def test_functions_fit_on_a_screen(self) -> None:
        self.assertEqual(long_functions(ROOT), [])

    def test_functions_with_many_inputs_take_a_struct(self) -> None:
        self.assertEqual(many_parameters(ROOT), [])

    def test_most_sources_of_the_library_are_small(self) -> None:
        counts = [line_count(file) for file in sources(ROOT) if file.is_relative_to(ROOT / "src")]
        self.assertLessEqual(statistics.median(counts), MOST_LINES_OF_THE_MEDIAN)

    def test_each_module_opens_with_a_header(self) -> None:
        self.assertEqual(modules_without_header(ROOT), [])


class BrokenRules(SmallTree):
    """The checks themselves: a source that is too long is found."""

    def test_long_files(self) -> None:
        self.write("src/a/long.cpp", "//\n" * 501)
        self.write("src/a/short.cpp", "//\n" * 500)
        self.write("web/node_modules/b.js", "//\n" * 501)
        self.write("web/site/assets/c.js", "//\n" * 501)
        self.assertEqual(long_files(self.root), ["src/a/long.cpp: 501 lines"])

    def test_long_functions(self) -> None:
        for lines in (100, 101):
            body = "  f();\n" * (lines - 2)
            self.write(f"src/a/a{lines}.cpp", f"namespace n {{\nint C::f(int x) const {{\n{body}}}\n}}\n")
            self.write(f"web/src/a{lines}.ts", f"export async function f(\n  x: number,\n): Promise<X> {{\n{body}}}\n")
            self.write(f"web/src/b{lines}.ts", f"const f = () => {{\n{body}}};\n")
            self.write(f"training/a{lines}.py", "def f() -> None:\n" + "    f()\n" * (lines - 1))
        found = [line.split(":")[0] for line in long_functions(self.root)]
        self.assertEqual(found, ["src/a/a101.cpp", "training/a101.py", "web/src/a101.ts", "web/src/b101.ts"])

    def test_many_parameters(self) -> None:
        for count in (8, 9):
            inputs = ", ".join(f"std::array<int, 4> p{i}" for i in range(count))
            self.write(f"src/a/a{count}.cpp", f"void f({inputs}) {{\n}}\n")
            self.write(f"include/a{count}.h", f"void f({inputs});\n")
        found = [line.split(":")[0] for line in many_parameters(self.root)]
        self.assertEqual(found, ["include/a9.h", "src/a/a9.cpp"])

    def test_headers(self) -> None:
        self.write("src/a/CMakeLists.txt", "# a/\n# In: a photo.\n# Out: a mask.\n")
        self.write("src/b/CMakeLists.txt", "# a/\n# In: a photo.\n# Out: a mask.\n")
        self.write("src/c/CMakeLists.txt", "portrait_depth_module(c)\n")
        self.assertEqual(modules_without_header(self.root), ["src/b/CMakeLists.txt", "src/c/CMakeLists.txt"])


if __name__ == "__main__":
    unittest.main()
