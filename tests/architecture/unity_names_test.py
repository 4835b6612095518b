"""The sources of a module name their own constants and types differently: a build with PORTRAIT_DEPTH_UNITY compiles
several of them as one, where two equal names are an error."""

import re
import tempfile
import unittest
from collections import defaultdict
from pathlib import Path

from source_tree import ROOT

FOLDERS = ["src"]


def own_names(source: str) -> set[str]:
    """The constants and types that a source defines at the outermost level."""
    constants = [line for line in source.splitlines() if re.match(r"(?:inline )?constexpr ", line)]
    names = {name for line in constants for name in re.findall(r"\b(k[A-Z]\w*)(?=\s*(?:=|\{|\[))", line)}
    return names | set(re.findall(r"(?m)^(?:struct|class|enum class|enum) (\w+)(?=[^;\n]*\{)", source))


def repeated_names(root: Path) -> list[str]:
    files = defaultdict(list)
    for file in sorted(file for folder in FOLDERS for file in (root / folder).rglob("*.cpp")):
        for name in own_names(file.read_text()):
            files[file.parent.relative_to(root), name].append(file.name)
    return [f"{folder}: {name}: {', '.join(found)}" for (folder, name), found in files.items() if len(found) > 1]


class UnityNames(unittest.TestCase):
    def test_the_sources_of_a_module_have_different_names(self) -> None:
        self.assertEqual(repeated_names(ROOT), [])

    def test_repeated_names_are_found(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            module = Path(name) / "src" / "module"
            module.mkdir(parents=True)
            (module / "one.cpp").write_text("constexpr float kReach = 1, kOther = 2;\nstruct Part {\n};\n")
            (module / "two.cpp").write_text(
                "constexpr int kReach = 3;\nclass Part {\n};\n  constexpr int kOther = 4;\n"
            )
            (module / "three.cpp").write_text("struct Part;\nint at = kReach;\n")
            self.assertEqual(
                sorted(repeated_names(Path(name))),
                ["src/module: Part: one.cpp, two.cpp", "src/module: kReach: one.cpp, two.cpp"],
            )


if __name__ == "__main__":
    unittest.main()
