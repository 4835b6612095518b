# Sourced, in the project's root: Node.js and npm of set-up come first on the path. The Makefile and CMakePresets.json do the
# same for their programs.
PATH=$PWD/.deps/node/bin:$PATH
