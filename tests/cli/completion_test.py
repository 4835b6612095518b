"""Shells complete subcommands, options and values, and the manual pages have every option of the help."""

import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from command_fixture import COMMAND

PROJECT = Path(__file__).resolve().parents[2]


def output_of(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def options_of(help_text: str) -> set[str]:
    return set(re.findall(r"^  (?:-\w,)?(--[\w-]+)", help_text, re.MULTILINE))


class Completion(unittest.TestCase):
    def bash(self, *words: str) -> list[str]:
        script = 'eval "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _portrait_depth; echo ${COMPREPLY[@]}'
        return output_of("bash", "-c", script, "bash", output_of(COMMAND, "completion", "bash"), *words).split()

    def fish(self, line: str) -> set[str]:
        script = output_of(COMMAND, "completion", "fish")
        lines = output_of("fish", "--no-config", "--init-command", script, "--command", f"complete -C {line!r}")
        return {text.split("\t")[0] for text in lines.splitlines()}

    def test_bash_completes_subcommands_options_and_values(self) -> None:
        self.assertEqual(self.bash("portrait-depth", "seg"), ["segment"])
        self.assertEqual(
            set(self.bash("portrait-depth", "info", "--")), options_of(output_of(COMMAND, "info", "--help"))
        )
        self.assertEqual(self.bash("portrait-depth", "photo3d", "--preset", "sw"), ["sway"])
        self.assertEqual(self.bash("portrait-depth", "photo3d", "-o", ""), [])
        self.assertEqual(self.bash("portrait-depth", "completion", "z"), ["zsh"])

    def test_fish_completes_subcommands_options_and_values(self) -> None:
        self.assertEqual(self.fish("portrait-depth seg"), {"segment"})
        found = {name for name in self.fish("portrait-depth info --") if name.startswith("--")}
        self.assertEqual(found, options_of(output_of(COMMAND, "info", "--help")))
        self.assertEqual(self.fish("portrait-depth photo3d --preset sw"), {"sway"})

    def test_zsh_takes_the_script_and_it_has_every_option(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            script = Path(name) / "_portrait-depth"
            script.write_text(output_of(COMMAND, "completion", "zsh"))
            subprocess.run(["zsh", "-n", script], check=True)
            loaded = f"autoload -Uz compinit; compinit -u -D; source {script}; print $_comps[portrait-depth]"
            self.assertEqual(output_of("zsh", "-f", "-c", loaded), "_portrait-depth\n")
            text = script.read_text()
        for option in options_of(output_of(COMMAND, "photo3d", "--help")):
            self.assertRegex(text, rf"{option}[}}'\[]")

    def test_an_unknown_shell_is_wrong_use(self) -> None:
        result = subprocess.run([COMMAND, "completion", "cmd"], capture_output=True, text=True)
        self.assertEqual((result.returncode, result.stdout), (2, ""))
        self.assertRegex(result.stderr, r"^portrait-depth completion: .*bash,fish,zsh.*\n$")


class ManualPages(unittest.TestCase):
    def test_each_subcommand_has_a_page_with_every_option(self) -> None:
        names = re.findall(r"^  (\w+) {4,}", output_of(COMMAND, "--help"), re.MULTILINE)
        self.assertIn("photo3d", names)
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([sys.executable, "-B", PROJECT / "scripts/man_pages.py", COMMAND, folder], check=True)
            pages = {f"portrait-depth-{name}.1" for name in names} | {"portrait-depth.1"}
            self.assertEqual({path.name for path in Path(folder).iterdir()}, pages)
            for name in names:
                page = str(Path(folder) / f"portrait-depth-{name}.1")
                command = ["man", "--warnings=all", "--local-file", page]
                shown = subprocess.run(command, check=True, capture_output=True, text=True)
                self.assertEqual(shown.stderr, "")
                wanted = options_of(output_of(COMMAND, name, "--help"))
                self.assertEqual(wanted - set(re.findall(r"--[\w-]+", shown.stdout)), set())


if __name__ == "__main__":
    unittest.main()
