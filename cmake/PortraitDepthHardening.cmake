# Linker options that make faults harder to exploit: all symbols are bound at start (BIND_NOW), relocated data is
# read-only afterwards (full RELRO), the stack is not executable, and programs are position-independent.
# tests/install/elf_files.py reads the result back.
include(CheckPIESupported)
check_pie_supported(LANGUAGES CXX)
add_link_options(LINKER:-z,relro LINKER:-z,now LINKER:-z,noexecstack)
