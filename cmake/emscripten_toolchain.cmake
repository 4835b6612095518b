# Emscripten as it is installed, for the presets `wasm` and `wasm-threads`.
find_program(EM_CONFIG em-config)
if(NOT EM_CONFIG)
  message(FATAL_ERROR "Emscripten is missing; run make setup-web")
endif()
execute_process(COMMAND ${EM_CONFIG} EMSCRIPTEN_ROOT OUTPUT_VARIABLE EMSCRIPTEN_FOLDER OUTPUT_STRIP_TRAILING_WHITESPACE)
include(${EMSCRIPTEN_FOLDER}/cmake/Modules/Platform/Emscripten.cmake)
