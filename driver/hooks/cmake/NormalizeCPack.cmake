# Run by CPack before it packs a tree and after it has made packages; see Normalize.cmake.
if(CPACK_PACKAGE_FILES)
  set(_normalize_paths ${CPACK_PACKAGE_FILES})
else()
  set(_normalize_paths "${CPACK_TEMPORARY_DIRECTORY}")
endif()
execute_process(COMMAND "${CPACK_NORMALIZE_PROGRAM}" apply --quiet ${CPACK_NORMALIZE_OPTIONS} --
  ${_normalize_paths} COMMAND_ERROR_IS_FATAL ANY)
