# ONNX Runtime's shared library, as the target OnnxRuntime::OnnxRuntime. No headers are needed.
#
# The first of: ONNXRUNTIME_ROOT (a CMake or environment variable: a folder with lib/), an installed CMake package
# `onnxruntime` of a recent release, .deps/onnxruntime that `make setup` fills, and for a Python wheel the Python package
# `onnxruntime` in the environment of the build.
include(FindPackageHandleStandardArgs)

set(OnnxRuntime_BUNDLED OFF)
if(NOT ONNXRUNTIME_ROOT AND DEFINED ENV{ONNXRUNTIME_ROOT})
  set(ONNXRUNTIME_ROOT $ENV{ONNXRUNTIME_ROOT})
endif()
if(ONNXRUNTIME_ROOT)
  find_library(OnnxRuntime_LIBRARY NAMES onnxruntime PATHS ${ONNXRUNTIME_ROOT} PATH_SUFFIXES lib lib64 NO_DEFAULT_PATH)
else()
  find_package(onnxruntime 1.24 CONFIG QUIET)
  if(TARGET onnxruntime::onnxruntime)
    set(OnnxRuntime_LIBRARY onnxruntime::onnxruntime)
  else()
    find_library(OnnxRuntime_LIBRARY NAMES onnxruntime PATHS ${PROJECT_SOURCE_DIR}/.deps/onnxruntime PATH_SUFFIXES lib
                 NO_DEFAULT_PATH)
    if(NOT OnnxRuntime_LIBRARY AND SKBUILD)
      file(GLOB OnnxRuntime_LIBRARY ${SKBUILD_PURELIB_ENVIRONMENT}/onnxruntime/capi/libonnxruntime.so.1.*)
    endif()
    set(OnnxRuntime_BUNDLED ON)
  endif()
endif()

find_package_handle_standard_args(OnnxRuntime REQUIRED_VARS OnnxRuntime_LIBRARY
  REASON_FAILURE_MESSAGE "run `make setup`, or name an installation's folder with -D ONNXRUNTIME_ROOT=FOLDER")

if(OnnxRuntime_FOUND AND NOT TARGET OnnxRuntime::OnnxRuntime)
  if(TARGET ${OnnxRuntime_LIBRARY})
    add_library(OnnxRuntime::OnnxRuntime ALIAS ${OnnxRuntime_LIBRARY})
  else()
    add_library(OnnxRuntime::OnnxRuntime SHARED IMPORTED GLOBAL)
    set_target_properties(OnnxRuntime::OnnxRuntime PROPERTIES IMPORTED_LOCATION ${OnnxRuntime_LIBRARY}
                                                              IMPORTED_SONAME libonnxruntime.so.1)
  endif()
endif()
