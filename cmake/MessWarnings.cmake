# SPDX-License-Identifier: MIT
# mess_compile_options is linked PRIVATE by every target of ours: warnings, and the sanitizer of the preset.
add_library(mess_compile_options INTERFACE)
target_compile_options(mess_compile_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
                                                      -Woverloaded-virtual -Wconversion -Wno-sign-conversion)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC bug 105651: false alarms inside std::string's operator+.
  target_compile_options(mess_compile_options INTERFACE -Wno-restrict)
endif()
if(MESS_WERROR)
  target_compile_options(mess_compile_options INTERFACE -Werror)
endif()
if(MESS_SANITIZE)
  # GCC's manual: instrumented code draws false alarms about uninitialised variables.
  target_compile_options(mess_compile_options INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  target_compile_options(mess_compile_options INTERFACE -fsanitize=${MESS_SANITIZE} -fno-omit-frame-pointer
                                                        -fno-sanitize-recover=all)
  target_link_options(mess_compile_options INTERFACE -fsanitize=${MESS_SANITIZE})
endif()
