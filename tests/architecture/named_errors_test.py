"""Each test of an error names the error: by its class and a part of its sentence in C++, by a part elsewhere."""

import ast
import re
import unittest
from collections.abc import Callable

from source_tree import ROOT

FOLDERS = ("tests", "training/tests", "web/tests")

# `error_of` with `IsError` (tests/error_of.hpp) takes their place.
BARE_CPP = re.compile(
    r"\b(?:EXPECT|ASSERT)_(?:ANY_)?THROW\b|\bThrows<|\bThrowsMessage<Error>"
    # One half of an error alone: its class, or its sentence.
    r"|\berror_of\((?:[^()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*\)\s*\.(?:code|what)\(\)"
)
# An empty argument, or a class alone, accepts any error.
BARE_TYPESCRIPT = re.compile(r"\.toThrow(?:Error)?\(\s*(?:[A-Z]\w*\s*)?\)")


def bare_lines(text: str, pattern: re.Pattern[str]) -> list[int]:
    return [text.count("\n", 0, found.start()) + 1 for found in pattern.finditer(text)]


def bare_python_lines(text: str) -> list[int]:
    lines = []
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name == "assertRaises" or (name == "raises" and all(word.arg != "match" for word in node.keywords)):
            lines.append(node.lineno)
    return sorted(lines)


READERS: dict[str, Callable[[str], list[int]]] = {
    ".cpp": lambda text: bare_lines(text, BARE_CPP),
    ".hpp": lambda text: bare_lines(text, BARE_CPP),
    ".mjs": lambda text: bare_lines(text, BARE_TYPESCRIPT),
    ".ts": lambda text: bare_lines(text, BARE_TYPESCRIPT),
    ".py": bare_python_lines,
}


class NamedErrors(unittest.TestCase):
    def test_each_expected_error_is_named(self) -> None:
        sources = [file for folder in FOLDERS for file in sorted((ROOT / folder).rglob("*")) if file.suffix in READERS]
        self.assertGreater(len(sources), 100)
        found = [
            f"{file.relative_to(ROOT)}:{line}" for file in sources for line in READERS[file.suffix](file.read_text())
        ]
        self.assertEqual(found, [], "name the error: IsError() in C++, match= in Python, an argument in TypeScript")


class BareExpectationsAreFound(unittest.TestCase):
    def test_in_cpp(self) -> None:
        text = 'EXPECT_THROW(f(), Error);\nEXPECT_NO_THROW(f());\nEXPECT_THAT(f, ThrowsMessage<Error>("a"));\n'
        self.assertEqual(bare_lines(text, BARE_CPP), [1, 3])
        text = (
            "EXPECT_EQ(error_of([&] { f(g(1), 2); }).code(), a);\nEXPECT_THAT(error_of([] { f(); }), IsError(a, b));\n"
        )
        self.assertEqual(bare_lines(text, BARE_CPP), [1])

    def test_in_python(self) -> None:
        text = 'with raises(A):\n  pass\nwith pytest.raises(A, match="a"):\n  pass\nself.assertRaises(A, f)\n'
        self.assertEqual(bare_python_lines(text), [1, 5])

    def test_in_typescript(self) -> None:
        text = "expect(f).toThrow();\nexpect(f).toThrow('a');\nexpect(f).rejects.toThrow(Error);\n"
        self.assertEqual(bare_lines(text, BARE_TYPESCRIPT), [1, 3])


if __name__ == "__main__":
    unittest.main()
