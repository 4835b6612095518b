"""Conan 2 recipe of the source archive: unpack portrait_depth-VERSION.tar.gz, then `conan create packaging/conan`.

libvips, libheif, FFmpeg, OpenEXR, Highway, protozero, toml++ and CLI11 come from the system, by pkg-config. ONNX
Runtime's library is the one of ONNXRUNTIME_ROOT.
"""

from __future__ import annotations

import re
from pathlib import Path

from conan import ConanFile
from conan.tools.cmake import CMake, CMakeToolchain, cmake_layout
from conan.tools.files import copy
from conan.tools.gnu import PkgConfigDeps

FOLDERS = ("apps", "bindings", "cmake", "include", "licenses", "models", "samples", "src", ".deps")
FILES = ("CMakeLists.txt", "LICENSE", "THIRD_PARTY.md")


class PortraitDepth(ConanFile):
    name = "portrait-depth"
    license = "Apache-2.0"
    description = "One photo of a person becomes a depth map and a moving 3D photo"
    package_type = "shared-library"
    settings = "os", "compiler", "build_type", "arch"

    @property
    def sources(self) -> Path:
        return Path(self.recipe_folder).parents[1]

    def set_version(self) -> None:
        match = re.search(r"(?m)^project\(\S+ VERSION (\S+)", (self.sources / "CMakeLists.txt").read_text())
        self.version = match[1] if match else None

    def export_sources(self) -> None:
        for pattern in (*FILES, *(f"{folder}/*" for folder in FOLDERS)):
            copy(self, pattern, self.sources, self.export_sources_folder)

    def layout(self) -> None:
        cmake_layout(self)

    def generate(self) -> None:
        toolchain = CMakeToolchain(self)
        for part in ("TESTS", "BENCH", "TRAINING", "PYTHON"):
            toolchain.cache_variables[f"PORTRAIT_DEPTH_{part}"] = False
        toolchain.generate()
        PkgConfigDeps(self).generate()

    def build(self) -> None:
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self) -> None:
        CMake(self).install()

    def package_info(self) -> None:
        self.cpp_info.libs = ["portrait_depth"]
        self.cpp_info.set_property("cmake_file_name", "portrait_depth")
        self.cpp_info.set_property("cmake_target_name", "portrait_depth::portrait_depth")
