"""Each target that the Makefile declares or a document names has a rule."""

import re
import unittest

from source_tree import ROOT

RULE = re.compile(r"(?m)^([a-z][\w $()-]*):(?![=:])")
NAMED = re.compile(r"`make ([a-z][a-z0-9-]*)")
DOCUMENTS = ("*.md", "docs/**/*.md", "training/**/*.md", "tests/**/*.md", "web/*.md", ".github/**/*.yml")


def rules(makefile: str) -> set[str]:
    """The names of all rules. Set-up steps have one pattern rule."""
    words = " ".join(RULE.findall(makefile)).split()
    steps = re.search(r"PURPOSES := \$\(addprefix setup-,(.*)\)", makefile)
    assert steps
    return {word for word in words if "$" not in word} | {f"setup-{step}" for step in re.split(r"[, ]", steps.group(1))}


def declared(makefile: str) -> set[str]:
    """The names behind .PHONY, without variables."""
    found = re.search(r"(?m)^\.PHONY:((?:.*\\\n)*.*)$", makefile)
    assert found
    return {word for word in found.group(1).replace("\\", " ").split() if "$" not in word}


class MakeTargets(unittest.TestCase):
    def setUp(self) -> None:
        self.makefile = (ROOT / "Makefile").read_text()
        self.rules = rules(self.makefile)

    def test_each_declared_target_has_a_rule_and_each_rule_is_declared(self) -> None:
        steps = {name for name in self.rules if name.startswith("setup-")}
        self.assertEqual(declared(self.makefile), self.rules - steps)

    def test_each_target_in_a_document_has_a_rule(self) -> None:
        files = {file for pattern in DOCUMENTS for file in ROOT.glob(pattern) if "node_modules" not in file.parts}
        named = {(name, str(file.relative_to(ROOT))) for file in files for name in NAMED.findall(file.read_text())}
        self.assertGreater(len(named), 30)
        self.assertEqual(sorted(pair for pair in named if pair[0] not in self.rules), [])


class RulesAreFound(unittest.TestCase):
    def test_in_text(self) -> None:
        phony = ".PHONY: all a-b \\\n  $(X) c\n"
        text = phony + "PURPOSES := $(addprefix setup-,web tests)\nall: a-b\na-b c: d\n\t@x: y\nV := 1\n"
        self.assertEqual(rules(text), {"all", "a-b", "c", "setup-web", "setup-tests"})
        self.assertEqual(declared(text), {"all", "a-b", "c"})


if __name__ == "__main__":
    unittest.main()
