"""hardening_marks_test.py COMPILER OPTION...: each option of the build leaves a mark, and its absence is a fault.

Compiles a small program with all options, and once without each of them.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from hardening_marks import hardening_faults, is_from_clang

PROGRAM = r"""
#include <cstdio>
struct Shape { virtual int sides() const = 0; virtual ~Shape() = default; };
struct Square : Shape { int sides() const override { return 4; } };
Shape* shape = new Square;
int main(int count, char** arguments) {
  char text[16384];
  std::snprintf(text, sizeof text, "%s %d", arguments[count - 1], shape->sides());
  return std::puts(text) < 0;
}
"""
FAULT_WITHOUT = {
    "-fstack-protector-strong": "has no stack protector",
    "-fstack-clash-protection": "has stack frames above a page that are not touched in turn",
    "-fcf-protection=full": "has unmarked targets of indirect branches",
    "-mbranch-protection=standard": "has unmarked targets of indirect branches",
    "-D_FORTIFY_SOURCE": "calls unchecked functions of the C library",
    "-Wl,-z,relro": "has no read-only relocation table",
    "-Wl,-z,now": "binds symbols late",
    "-Wl,-z,noexecstack": "has an executable stack",
    "-pie": "is not position-independent",
}
# The compiler's or linker's own habit may be the hardened one; the opposite option shows the fault.
OPPOSITES = {
    "-fstack-protector-strong": "-fno-stack-protector",
    "-fcf-protection=full": "-fcf-protection=none",
    "-mbranch-protection=standard": "-mbranch-protection=none",
    "-D_FORTIFY_SOURCE": "-D_FORTIFY_SOURCE=0",
    "-Wl,-z,relro": "-Wl,-z,norelro",
    "-Wl,-z,now": "-Wl,-z,lazy",
    "-Wl,-z,noexecstack": "-Wl,-z,execstack",
    "-pie": "-no-pie",
}


def compiled(compiler: str, options: list[str], folder: Path) -> Path:
    source, program = folder / "program.cpp", folder / "program"
    source.write_text(PROGRAM)
    subprocess.run([compiler, "-O2", *options, source, "-o", program], check=True)
    return program


def without(options: list[str], name: str) -> list[str]:
    kept = [option for option in options if not option.startswith(name)]
    assert len(kept) < len(options), f"the build does not use {name}"
    return [*kept, OPPOSITES[name]] if name in OPPOSITES else kept


def main() -> int:
    compiler, *options = sys.argv[1:]
    options = [option.replace("LINKER:", "-Wl,") for option in options] + ["-fPIE", "-pie"]
    names = [name for name in FAULT_WITHOUT if any(option.startswith(name) for option in options)]
    failures = []
    with tempfile.TemporaryDirectory() as folder:
        if found := hardening_faults(compiled(compiler, options, Path(folder))):
            failures.append(f"with all options: {found}")
        for name in names:
            program = compiled(compiler, without(options, name), Path(folder))
            expected = [] if name == "-D_FORTIFY_SOURCE" and is_from_clang(program) else [FAULT_WITHOUT[name]]
            if (found := hardening_faults(program)) != expected:
                failures.append(f"without {name}: {found}, expected {expected}")
    print("\n".join(failures) or f"each of {len(names)} options leaves its mark")
    return 1 if failures or len(names) < len(FAULT_WITHOUT) - 1 else 0


if __name__ == "__main__":
    sys.exit(main())
