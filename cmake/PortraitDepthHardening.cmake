# Options of the compiler and the linker that make faults harder to exploit. All programs and libraries of the native build
# get them. tests/install/elf_files.py reads the result back, and docs/trust.md lists cost and effect.
#
# The linker: all symbols are bound at start (BIND_NOW), relocated data is read-only afterwards (full RELRO), the stack is
# not executable, and programs are position-independent.
# The compiler: canaries around arrays on the stack, frames that touch each page of the stack in turn, marked targets of
# indirect branches, and functions of the C library that check the size of their destination. Sanitizers have checks of
# their own, and their interceptors miss calls of the checked functions: a build with sanitizers has the linker's part only.
option(PORTRAIT_DEPTH_HARDENING "Compile with checks against exploits; OFF to measure their cost" ON)

include(CheckCXXCompilerFlag)
include(CheckCXXSourceCompiles)
include(CheckPIESupported)
check_pie_supported(LANGUAGES CXX)

set(PORTRAIT_DEPTH_HARDENED_LINKING LINKER:-z,relro LINKER:-z,now LINKER:-z,noexecstack)
set(PORTRAIT_DEPTH_HARDENED_COMPILING "")

# -fcf-protection exists on x86, -mbranch-protection on ARM.
function(portrait_depth_find_hardening)
  set(found "")
  set(CMAKE_REQUIRED_FLAGS -Werror)  # Clang only warns of a flag for another processor
  foreach(flag -fstack-protector-strong -fstack-clash-protection -fcf-protection=full -mbranch-protection=standard)
    string(MAKE_C_IDENTIFIER "HAS${flag}" name)
    check_cxx_compiler_flag(${flag} ${name})
    if(${name})
      list(APPEND found ${flag})
    endif()
  endforeach()
  foreach(level 3 2)  # compilers and C libraries of 2022 and later offer level 3
    set(fortified -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=${level})
    list(JOIN fortified " " CMAKE_REQUIRED_FLAGS)
    string(APPEND CMAKE_REQUIRED_FLAGS " -O1")
    check_cxx_source_compiles("
      #include <cstdio>
      #if __USE_FORTIFY_LEVEL < ${level}
      #error \"not at this level\"
      #endif
      int main() {}" HAS_FORTIFY_SOURCE_${level})
    if(HAS_FORTIFY_SOURCE_${level})
      list(APPEND found ${fortified})
      break()
    endif()
  endforeach()
  set(PORTRAIT_DEPTH_HARDENED_COMPILING ${found} PARENT_SCOPE)
endfunction()

if(PORTRAIT_DEPTH_HARDENING AND NOT PORTRAIT_DEPTH_SANITIZE)
  portrait_depth_find_hardening()
endif()
add_link_options(${PORTRAIT_DEPTH_HARDENED_LINKING})
# The C library checks sizes only where the compiler optimizes.
add_compile_options("$<$<NOT:$<CONFIG:Debug>>:${PORTRAIT_DEPTH_HARDENED_COMPILING}>")
