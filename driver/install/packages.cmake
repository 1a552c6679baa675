# cpack: a .deb, an .rpm and a tarball, the same bytes wherever and whenever they are made. Our own
# hook normalizes the tree and what comes out of it.

set(CPACK_PACKAGE_NAME normalize)
set(CPACK_PACKAGE_VENDOR normalize)
set(CPACK_PACKAGE_CONTACT "normalize <normalize@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_GENERATOR DEB RPM TGZ)
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_PROVIDES dh-sequence-normalize)
set(CPACK_RPM_FILE_NAME RPM-DEFAULT)
set(CPACK_RPM_PACKAGE_LICENSE "Apache-2.0")
# rpm's own build time is no business of SOURCE_DATE_EPOCH unless told.
set(CPACK_RPM_SPEC_MORE_DEFINE "%define use_source_date_epoch_as_buildtime 1
%define clamp_mtime_to_source_date_epoch 1
%define _buildhost localhost
%define _build_id_links none")
# Folders that other packages have as well are no part of this one.
set(CPACK_RPM_EXCLUDE_FROM_AUTO_FILELIST_ADDITION /usr/lib/rpm /usr/lib/rpm/macros.d /usr/share/man
  /usr/share/man/man1 /usr/lib/cmake /usr/lib/pkgconfig /usr/share/perl5 /usr/share/zsh
  /usr/share/fish /usr/share/bash-completion)
configure_file(cpack_project.cmake.in cpack_project.cmake @ONLY)
set(CPACK_PROJECT_CONFIG_FILE ${CMAKE_CURRENT_BINARY_DIR}/cpack_project.cmake)

set(CPACK_NORMALIZE_PROGRAM ${PROJECT_BINARY_DIR}/normalize)
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/driver/hooks/cmake/NormalizeCPack.cmake)
set(CPACK_POST_BUILD_SCRIPTS ${CPACK_PRE_BUILD_SCRIPTS})
include(CPack)
