# SPDX-License-Identifier: MIT
# One object library per stage, each with its own dependency linked PRIVATE, so that no other stage can include it.

set(MESS_STAGE_NEEDS_analyze audio)
set(MESS_STAGE_NEEDS_frames encode)
set(MESS_STAGE_NEEDS_pool encode)
set(MESS_STAGE_NEEDS_moments encode pool index)
set(MESS_STAGE_NEEDS_mix audio playlist)
set(MESS_STAGE_NEEDS_neural encode)

foreach(stage IN LISTS MESS_STAGES)
  if(NOT stage IN_LIST MESS_ALL_STAGES)
    message(FATAL_ERROR "MESS_STAGES: expected names among ${MESS_ALL_STAGES}, found ${stage}")
  endif()
  foreach(needed IN LISTS MESS_STAGE_NEEDS_${stage})
    if(NOT needed IN_LIST MESS_STAGES)
      message(FATAL_ERROR "MESS_STAGES: ${stage} needs ${needed}, which is not in the list ${MESS_STAGES}")
    endif()
  endforeach()
endforeach()

function(mess_add_stage stage)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_library(mess_${stage} OBJECT ${ARG_SOURCES})
  target_include_directories(mess_${stage} PRIVATE ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR})
  target_link_libraries(mess_${stage} PRIVATE mess_compile_options ${ARG_LINK})
  target_link_libraries(mess PRIVATE mess_${stage})
endfunction()
