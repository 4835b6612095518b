"""Reads from an ELF file of x86-64 or AArch64 which checks against exploits its compiler and linker left in it."""

from __future__ import annotations

import re
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

ELF_MAGIC = b"\x7fELF"
# The first instruction of a function that may be called indirectly: endbr64; bti c or paciasp.
LANDING_PADS = {"X86-64": (b"\xf3\x0f\x1e\xfa",), "AArch64": (b"\x5f\x24\x03\xd5", b"\x3f\x23\x03\xd5")}
PAGE = 4096
# Functions of the C library that GCC always replaces with their checked form. Clang checks copies of known size only:
# the imports of its programs show nothing.
FORTIFIED = {"snprintf", "sprintf", "printf", "fprintf"}


def readelf(path: Path, *options: str) -> str:
    command = ["readelf", "--wide", *options, str(path)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@dataclass
class Code:
    """The section .text: its address in memory and its bytes."""

    address: int
    content: bytes

    def at(self, address: int, size: int) -> bytes:
        return self.content[address - self.address :][:size]

    def holds(self, address: int) -> bool:
        return self.address <= address < self.address + len(self.content)


def read_code(path: Path) -> Code:
    section = re.search(r" \.text\s+PROGBITS\s+([0-9a-f]+) ([0-9a-f]+) ([0-9a-f]+)", readelf(path, "--sections"))
    if not section:
        raise ValueError(f"{path}: no section .text")
    address, offset, size = (int(number, 16) for number in section.groups())
    return Code(address, path.read_bytes()[offset : offset + size])


def unmarked_targets(path: Path, machine: str, code: Code) -> int:
    """Functions whose address stands in relocated data, such as tables of virtual functions, without a landing pad."""
    pads = LANDING_PADS[machine]
    addends = re.findall(r"_RELATIVE\s+([0-9a-f]+)$", readelf(path, "--relocs"), re.MULTILINE)
    targets = {int(addend, 16) for addend in addends}
    return sum(code.holds(target) and code.at(target, 4) not in pads for target in targets)


def untouched_frames(machine: str, code: Code) -> int:
    """Instructions of x86-64 that move the stack pointer by more than a page at once: sub $size, %rsp."""
    if machine != "X86-64":
        return 0
    sizes = [struct.unpack("<i", match[1])[0] for match in re.finditer(rb"\x48\x81\xec(.{4})", code.content, re.DOTALL)]
    return sum(PAGE < size < 1 << 24 for size in sizes)


def is_from_clang(path: Path) -> bool:
    return "clang version" in readelf(path, "--string-dump=.comment")


def hardening_faults(path: Path) -> list[str]:
    text = readelf(path, "--file-header", "--program-headers", "--dynamic")
    machine = next((name for name in LANDING_PADS if name in text), "")
    if not machine:
        return ["is of an unknown machine"]
    imports = set(re.findall(r" UND (\w+)", readelf(path, "--dyn-syms")))
    code = read_code(path)
    stack = re.search(r"GNU_STACK\s+(?:0x[0-9a-f]+\s+){5}([RWE ]+?)\s+0x", text)
    conditions = {
        "is not position-independent": re.search(r"Type:\s+DYN", text),
        "binds symbols late": re.search(r"BIND_NOW|\bNOW\b", text),
        "has no read-only relocation table": "GNU_RELRO" in text,
        "has an executable stack": stack and "E" not in stack[1],
        "has no stack protector": "__stack_chk_fail" in imports,
        "calls unchecked functions of the C library": is_from_clang(path) or not FORTIFIED & imports,
        "has unmarked targets of indirect branches": unmarked_targets(path, machine, code) == 0,
        "has stack frames above a page that are not touched in turn": untouched_frames(machine, code) == 0,
    }
    return [fault for fault, holds in conditions.items() if not holds]
