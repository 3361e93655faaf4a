# SPDX-License-Identifier: MIT
include(CMakePackageConfigHelpers)

set(MESS_CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/mess)
install(TARGETS mess EXPORT messTargets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT messTargets NAMESPACE mess:: DESTINATION ${MESS_CMAKE_DIR})
if(TARGET mess_neural)
  install(TARGETS mess_neural EXPORT messNeuralTargets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
  install(EXPORT messNeuralTargets NAMESPACE mess:: DESTINATION ${MESS_CMAKE_DIR})
endif()
install(DIRECTORY include/mess DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})

configure_package_config_file(cmake/messConfig.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/messConfig.cmake
                              INSTALL_DESTINATION ${MESS_CMAKE_DIR})
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/messConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/messConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/messConfigVersion.cmake
        DESTINATION ${MESS_CMAKE_DIR})
