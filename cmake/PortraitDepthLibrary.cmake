# The library that users link: the objects of every module (see PortraitDepthModule.cmake), with the headers, a CMake
# package and a pkg-config file. Installed by `cmake --install`.
include(CMakePackageConfigHelpers)

get_property(modules GLOBAL PROPERTY PORTRAIT_DEPTH_MODULES)
get_property(external GLOBAL PROPERTY PORTRAIT_DEPTH_EXTERNAL)
list(REMOVE_DUPLICATES external)

add_library(portrait_depth SHARED)
foreach(module IN LISTS modules)
  target_sources(portrait_depth PRIVATE $<TARGET_OBJECTS:${module}>)
endforeach()
target_compile_features(portrait_depth PUBLIC cxx_std_20)
target_include_directories(portrait_depth INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>
                                                    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>)
target_link_libraries(portrait_depth PRIVATE pd_settings ${external})
# Before 1.0 a minor version may change the API, so that the SONAME names it too.
set_target_properties(portrait_depth PROPERTIES
  LINKER_LANGUAGE CXX VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
if(SKBUILD)  # a wheel has no links: one file with the SONAME
  set_target_properties(portrait_depth PROPERTIES VERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
endif()
portrait_depth_installed_target(portrait_depth ${CMAKE_INSTALL_LIBDIR})
set(exported_symbols ${PROJECT_SOURCE_DIR}/cmake/exported_symbols.map)
target_link_options(portrait_depth PRIVATE LINKER:--version-script=${exported_symbols})
set_target_properties(portrait_depth PROPERTIES LINK_DEPENDS ${exported_symbols})

configure_file(${PROJECT_SOURCE_DIR}/cmake/version.hpp.in ${PROJECT_BINARY_DIR}/include/portrait_depth/version.hpp @ONLY)
file(RELATIVE_PATH pkgconfig_to_prefix /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(${PROJECT_SOURCE_DIR}/cmake/portrait_depth.pc.in ${PROJECT_BINARY_DIR}/portrait_depth.pc @ONLY)
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/portrait_depth-config.cmake.in
  ${PROJECT_BINARY_DIR}/portrait_depth-config.cmake INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/portrait_depth)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/portrait_depth-config-version.cmake COMPATIBILITY SameMinorVersion)

# Components: `runtime` (library, networks, licenses), `command` and `development`; packages choose among them.
install(TARGETS portrait_depth EXPORT portrait_depth-targets
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT runtime NAMELINK_COMPONENT development)
set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME development)
install(EXPORT portrait_depth-targets NAMESPACE portrait_depth:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/portrait_depth)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/portrait_depth DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN "*.hpp")
install(FILES ${PROJECT_BINARY_DIR}/include/portrait_depth/version.hpp
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/portrait_depth)
install(FILES ${PROJECT_BINARY_DIR}/portrait_depth.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
install(FILES ${PROJECT_BINARY_DIR}/portrait_depth-config.cmake ${PROJECT_BINARY_DIR}/portrait_depth-config-version.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/portrait_depth)

# Licenses of all that an installation contains: the project's, and the texts that THIRD_PARTY.md links to.
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/THIRD_PARTY.md)
file(READ ${PROJECT_SOURCE_DIR}/THIRD_PARTY.md third_party)
string(REGEX MATCHALL "licenses/[a-z0-9-]+\\.txt" texts "${third_party}")
list(TRANSFORM texts PREPEND ${PROJECT_SOURCE_DIR}/)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE ${PROJECT_SOURCE_DIR}/THIRD_PARTY.md
  DESTINATION ${PORTRAIT_DEPTH_DOCUMENTS} COMPONENT runtime)
install(FILES ${texts} DESTINATION ${PORTRAIT_DEPTH_DOCUMENTS}/licenses COMPONENT runtime)
