# The last step of an installation; see Normalize.cmake.
if(NOT "$ENV{DESTDIR}" STREQUAL "")
  execute_process(COMMAND "${NORMALIZE_PROGRAM}" apply ${NORMALIZE_OPTIONS} -- "$ENV{DESTDIR}/"
    COMMAND_ERROR_IS_FATAL ANY)
elseif(CMAKE_INSTALL_MANIFEST_FILES)
  set(_normalize_files "")
  foreach(_normalize_file IN LISTS CMAKE_INSTALL_MANIFEST_FILES)
    if(NOT IS_SYMLINK "${_normalize_file}")
      string(APPEND _normalize_files "${_normalize_file}\n")
    endif()
  endforeach()
  file(WRITE "${NORMALIZE_LIST}" "${_normalize_files}")
  execute_process(COMMAND "${NORMALIZE_PROGRAM}" apply ${NORMALIZE_OPTIONS}
    --files-from "${NORMALIZE_LIST}" COMMAND_ERROR_IS_FATAL ANY)
  file(REMOVE "${NORMALIZE_LIST}")
endif()
