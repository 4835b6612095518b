"""The table of modules in docs/design.md against the includes and link lines of the code."""

import re
import unittest
from pathlib import Path
from typing import ClassVar

from source_tree import ROOT, SmallTree

# Headers of other libraries, by the name that the table uses.
LIBRARIES = {
    "Highway": r"hwy/",
    "nlohmann/json": r"nlohmann/",
    "libvips": r"vips/|glib",
    "libheif": r"libheif/",
    "FFmpeg": r"lib(avcodec|avformat|avutil|swscale|swresample)/",
    "CLI11": r"CLI/",
    "libmicrohttpd": r"microhttpd\.h",
    "OpenEXR": r"Imf\w+\.h",
    "pybind11": r"pybind11/",
    "libpng": r"png\.h",
    "protozero": r"protozero/",
    "toml++": r"toml\+\+/",
    "zlib": r"zlib\.h",
}
# ONNX Runtime has no header here: src/inference/onnxruntime_api.hpp declares its entries.

Rules = dict[str, tuple[set[str], set[str]]]


def parse_rules(design: str) -> tuple[Rules, dict[str, str]]:
    """Of the tables in docs/design.md: module -> (modules, libraries) that it may use; public header -> module."""
    rules: Rules = {}
    homes: dict[str, str] = {}
    for line in design.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) != 5 or not re.fullmatch(r"`[\w/]+/`", cells[0]):
            continue
        module = cells[0].strip("`").rstrip("/")
        rules[module] = ({name.strip("`") for name in re.findall(r"`[\w/]+`", cells[3])}, libraries_of(cells[4]))
        for header in re.findall(r"`(\w+\.hpp)`", cells[2]):
            homes[header] = module
    return rules, homes


def libraries_of(cell: str) -> set[str]:
    return {name for name in LIBRARIES if name in cell}


def all_below(module: str, rules: Rules) -> set[str]:
    """The modules that a module may use, directly and through others."""
    seen: set[str] = set()
    front = [module]
    while front:
        for used in rules[front.pop()][0] - seen:
            seen.add(used)
            front.append(used)
    return seen


def folder_of(module: str, root: Path) -> Path:
    return root / module if "/" in module else root / "src" / module


def module_sources(module: str, root: Path) -> list[Path]:
    folder = folder_of(module, root)
    return sorted(file for pattern in ("*.cpp", "*.hpp", "*.h") for file in folder.glob(pattern))


def broken_includes(root: Path, rules: Rules, homes: dict[str, str]) -> list[str]:
    broken = []
    for module, (_, libraries) in rules.items():
        allowed = all_below(module, rules) | {module}
        for file in module_sources(module, root):
            for quote, include in re.findall(r'#include ([<"])([^">]+)[">]', file.read_text()):
                name = f"{file.relative_to(root)} includes {include}"
                folder, _, header = include.rpartition("/")
                if quote == "<":
                    broken += [
                        f"{name}: {library} is not for {module}"
                        for library, pattern in LIBRARIES.items()
                        if re.match(pattern, include) and library not in libraries
                    ]
                elif folder == "portrait_depth" and header in homes:
                    if homes[header] not in allowed:
                        broken.append(f"{name}: {module} may not use {homes[header]}")
                elif folder in rules and folder not in allowed:
                    broken.append(f"{name}: {module} may not use {folder}")
    return broken


def broken_links(root: Path, rules: Rules) -> list[str]:
    """Link lines of CMake: `pd_name` of another module, and sources of another module listed by path."""
    aliases = {
        "segmenter": "segmentation",
        "estimator": "depth",
        "people": "training/people",
        "people_pictures": "training/people_pictures",
        "photo3d_evaluation": "training/photo3d_evaluation",
    }
    broken = []
    for module in rules:
        lists = folder_of(module, root) / "CMakeLists.txt"
        if not lists.exists():
            continue
        text = re.sub(r"#.*", "", lists.read_text())
        for name in set(re.findall(r"\bpd_(\w+)", text)) - {"settings", "progress"}:
            linked = aliases.get(name, name)
            if linked != module and linked in rules and linked not in all_below(module, rules):
                broken.append(f"{lists.relative_to(root)} links pd_{name}: {module} may not use {linked}")
        broken += [
            f"{lists.relative_to(root)} lists another module's source {source}"
            for source in re.findall(r"src/[\w/]+\.cpp", text)
        ]
    return broken


def circles(rules: Rules) -> list[str]:
    return [module for module in rules if module in all_below(module, rules)]


class Layers(unittest.TestCase):
    def setUp(self) -> None:
        self.rules, self.homes = parse_rules((ROOT / "docs/design.md").read_text())

    def test_every_module_and_public_header_stands_in_the_table(self) -> None:
        folders = {folder.parent.name for folder in (ROOT / "src").glob("*/CMakeLists.txt")}
        self.assertEqual(folders, {module for module in self.rules if "/" not in module})
        headers = {file.name for file in (ROOT / "include/portrait_depth").glob("*.hpp")}
        self.assertEqual(headers - set(self.homes), {"portrait_depth.hpp"})
        self.assertEqual(set(self.homes) - headers, {"version.hpp"})

    def test_no_module_depends_on_itself(self) -> None:
        self.assertEqual(circles(self.rules), [])

    def test_includes_keep_the_rules(self) -> None:
        self.assertEqual(broken_includes(ROOT, self.rules, self.homes), [])

    def test_link_lines_keep_the_rules(self) -> None:
        self.assertEqual(broken_links(ROOT, self.rules), [])

    def test_sources_of_a_module_stand_in_its_folder(self) -> None:
        files = {str(file.relative_to(ROOT)) for file in (ROOT / "src").rglob("*.cpp")}
        known = {str(file.relative_to(ROOT)) for module in self.rules for file in module_sources(module, ROOT)}
        self.assertEqual({file for file in files - known if "CMakeFiles" not in file}, set())


class BrokenRules(SmallTree):
    """The checks themselves: a rule that is broken is found."""

    RULES: ClassVar[Rules] = {"image": (set(), set()), "film": ({"image"}, set()), "io": ({"film"}, {"libvips"})}

    def test_an_include_of_a_higher_module(self) -> None:
        self.write("src/film/a.cpp", '#include "io/b.hpp"\n')
        self.write("src/io/b.hpp", '#include "image/c.hpp"\n')
        self.assertEqual(
            broken_includes(self.root, self.RULES, {}), ["src/film/a.cpp includes io/b.hpp: film may not use io"]
        )

    def test_a_public_header_of_a_higher_module(self) -> None:
        self.write("src/image/a.cpp", '#include "portrait_depth/film.hpp"\n')
        self.assertEqual(len(broken_includes(self.root, self.RULES, {"film.hpp": "film"})), 1)

    def test_a_library_that_the_module_may_not_use(self) -> None:
        for file in ("src/film/a.cpp", "src/io/b.cpp"):
            self.write(file, "#include <vips/vips.h>\n")
        self.assertEqual(
            broken_includes(self.root, self.RULES, {}), ["src/film/a.cpp includes vips/vips.h: libvips is not for film"]
        )

    def test_link_lines(self) -> None:
        self.write("src/film/CMakeLists.txt", "portrait_depth_module(film SOURCES a.cpp LINK pd_io)\n")
        self.write("src/image/CMakeLists.txt", "add_library(x ${PROJECT_SOURCE_DIR}/src/io/b.cpp)\n")
        self.assertEqual(len(broken_links(self.root, self.RULES)), 2)

    def test_circles(self) -> None:
        self.assertEqual(circles({"a": ({"b"}, set()), "b": ({"a"}, set()), "c": (set(), set())}), ["a", "b"])


if __name__ == "__main__":
    unittest.main()
