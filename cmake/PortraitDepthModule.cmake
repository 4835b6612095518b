# How a folder of src/ becomes a module.
#
#   portrait_depth_module(image SOURCES resample.cpp LINK pd_parallel EXTERNAL PkgConfig::HWY)
#
# makes `pd_image`, a static library for the project's own programs and tests, and remembers its objects for the
# installed library `portrait_depth` (cmake/PortraitDepthLibrary.cmake). LINK names modules, EXTERNAL other libraries.

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  # Relative paths, so that another checkout of the same sources finds what this one compiled.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1
                                  ${CCACHE_PROGRAM})
endif()

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

add_library(pd_settings INTERFACE)
target_compile_options(pd_settings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Werror)
if(PORTRAIT_DEPTH_UNITY AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  # A class of a source file may have members of its anonymous namespace; GCC takes a joined file for a header.
  target_compile_options(pd_settings INTERFACE -Wno-subobject-linkage)
endif()
if(PORTRAIT_DEPTH_SANITIZE)
  target_compile_definitions(pd_settings INTERFACE PORTRAIT_DEPTH_SANITIZED)
  target_compile_options(pd_settings INTERFACE -fsanitize=${PORTRAIT_DEPTH_SANITIZE} -fno-omit-frame-pointer
                                               -fno-sanitize-recover=all)
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    # GCC reports uninitialized reads in the standard library's instrumented code (std::regex, std::function).
    target_compile_options(pd_settings INTERFACE -Wno-maybe-uninitialized)
  endif()
  target_link_options(pd_settings INTERFACE -fsanitize=${PORTRAIT_DEPTH_SANITIZE})
endif()

set_property(GLOBAL PROPERTY PORTRAIT_DEPTH_MODULES "")

function(portrait_depth_module name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK;EXTERNAL" ${ARGN})
  add_library(pd_${name} STATIC ${ARG_SOURCES})
  target_include_directories(pd_${name} PUBLIC ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src
                                                ${PROJECT_BINARY_DIR}/include)
  target_link_libraries(pd_${name} PUBLIC ${ARG_LINK} PRIVATE pd_settings ${ARG_EXTERNAL})
  # Highway compiles such a file once for each instruction set, by including it again.
  set(written ${ARG_SOURCES})
  list(FILTER written EXCLUDE REGEX "^/")  # made by the build
  foreach(source IN LISTS written)
    file(STRINGS ${source} vector_code REGEX "hwy/foreach_target")
    if(vector_code)
      set_source_files_properties(${source} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
    endif()
  endforeach()
  # The shared library exports the symbols that PORTRAIT_DEPTH_API marks (include/portrait_depth/visibility.hpp).
  set_target_properties(pd_${name} PROPERTIES CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  set_property(GLOBAL APPEND PROPERTY PORTRAIT_DEPTH_MODULES pd_${name})
  set_property(GLOBAL APPEND PROPERTY PORTRAIT_DEPTH_EXTERNAL ${ARG_EXTERNAL})
endfunction()

# portrait_depth_installed_target(portrait-depth bin): a program or library that is installed into the folder finds the
# private libraries relative to its own place.
#
# It has its final run path from the start. CMake otherwise fills the run path of the build tree with a colon, so that it
# can be edited at installation, and the loader reads the empty element behind the colon as the current folder. ONNX
# Runtime is therefore linked beside the target, where $ORIGIN finds it.
function(portrait_depth_installed_target name folder)
  file(RELATIVE_PATH to_private /${folder} /${PORTRAIT_DEPTH_PRIVATE_LIBDIR})
  set_target_properties(${name} PROPERTIES BUILD_WITH_INSTALL_RPATH ON INSTALL_RPATH "$ORIGIN;$ORIGIN/${to_private}")
  add_custom_command(TARGET ${name} POST_BUILD COMMAND ${CMAKE_COMMAND} -E create_symlink
    $<TARGET_FILE:OnnxRuntime::OnnxRuntime>
    $<TARGET_FILE_DIR:${name}>/$<TARGET_SONAME_FILE_NAME:OnnxRuntime::OnnxRuntime>)
endfunction()

# ThreadSanitizer takes up to twenty times as long.
set(PORTRAIT_DEPTH_TEST_SECONDS 600)
if(PORTRAIT_DEPTH_SANITIZE)
  set(PORTRAIT_DEPTH_TEST_SECONDS 1800)
endif()

# portrait_depth_test(image SOURCES resample_test.cpp LINK pd_image): a GoogleTest program test_<name>.
function(portrait_depth_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_executable(test_${name} ${ARG_SOURCES})
  target_link_libraries(test_${name} PRIVATE pd_settings ${ARG_LINK} GTest::gtest_main GTest::gmock)
  target_compile_definitions(test_${name} PRIVATE PORTRAIT_DEPTH_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
                             $<$<BOOL:${CMAKE_CROSSCOMPILING_EMULATOR}>:PORTRAIT_DEPTH_EMULATED>)
  gtest_discover_tests(test_${name} DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT ${PORTRAIT_DEPTH_TEST_SECONDS})
endfunction()
