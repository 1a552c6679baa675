# Normalizes what a CMake project installs and packs. In the project's first CMakeLists.txt, before
# include(CPack) where there is one:
#
#   find_package(normalize COMPONENTS hook)     or     include(.../share/normalize/cmake/Normalize.cmake)
#
# The last step of every installation then normalizes: below $DESTDIR all there is; without DESTDIR
# the files that this very installation has put somewhere, and nothing beside them. CPack's tree is
# normalized before it is packed, and its packages after that. The epoch is SOURCE_DATE_EPOCH.
#
# NORMALIZE_PROGRAM   the program; where there is none, nothing is done, and that is said
# NORMALIZE_OPTIONS   more options of `normalize apply`, a list
cmake_minimum_required(VERSION 3.19)
include_guard(GLOBAL)

find_program(NORMALIZE_PROGRAM normalize DOC "normalize(1)")
if(NOT EXISTS "${NORMALIZE_PROGRAM}")
  message(STATUS "normalize is not there: what is installed stays as it was built")
  return()
endif()

set(_normalize_script "${CMAKE_CURRENT_LIST_DIR}/NormalizeInstall.cmake")
function(_normalize_installation)
  set(code "set(NORMALIZE_PROGRAM [==[${NORMALIZE_PROGRAM}]==])
set(NORMALIZE_OPTIONS [==[${NORMALIZE_OPTIONS}]==])
set(NORMALIZE_LIST [==[${CMAKE_BINARY_DIR}/normalize_files.txt]==])
include([==[${_normalize_script}]==])")
  if(CMAKE_VERSION VERSION_LESS 3.21)
    install(CODE "${code}")
  else()
    install(CODE "${code}" ALL_COMPONENTS)
  endif()
endfunction()
# Behind all that the project itself says, subfolders too.
cmake_language(DEFER DIRECTORY "${CMAKE_SOURCE_DIR}" CALL cmake_policy SET CMP0082 NEW)
cmake_language(DEFER DIRECTORY "${CMAKE_SOURCE_DIR}" CALL _normalize_installation)

set(CPACK_NORMALIZE_PROGRAM "${NORMALIZE_PROGRAM}")
set(CPACK_NORMALIZE_OPTIONS "${NORMALIZE_OPTIONS}")
list(APPEND CPACK_PRE_BUILD_SCRIPTS "${CMAKE_CURRENT_LIST_DIR}/NormalizeCPack.cmake")
list(APPEND CPACK_POST_BUILD_SCRIPTS "${CMAKE_CURRENT_LIST_DIR}/NormalizeCPack.cmake")
