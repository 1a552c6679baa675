# NORMALIZE_STATIC: what archives ask for behind them, where the linker was told so by shared ones.

include(CheckCXXSourceCompiles)

# libarchive's zip reader asks for ciphers, which Debian's takes from nettle.
if(LibArchive_LIBRARY MATCHES "\\.a$")
  find_library(NETTLE_LIBRARY nettle)
  mark_as_advanced(NETTLE_LIBRARY)
  set_property(TARGET LibArchive::LibArchive APPEND PROPERTY INTERFACE_LINK_LIBRARIES
    LibLZMA::LibLZMA PkgConfig::LIBZSTD BZip2::BZip2 PkgConfig::LIBLZ4 ZLIB::ZLIB
    $<$<BOOL:${NETTLE_LIBRARY}>:${NETTLE_LIBRARY}>)
  set(CMAKE_REQUIRED_LIBRARIES LibArchive::LibArchive)
  check_cxx_source_compiles("
    #include <archive.h>
    int main() {
      archive* a = archive_read_new();
      archive_read_support_format_zip_seekable(a);
      archive_read_support_format_7zip(a);
      archive_read_support_format_cab(a);
      archive_read_support_format_cpio(a);
      archive_read_support_format_iso9660(a);
      archive_read_support_format_tar(a);
      archive_read_support_filter_rpm(a);
      return archive_read_free(a);
    }" NORMALIZE_HAVE_STATIC_LIBARCHIVE)
  unset(CMAKE_REQUIRED_LIBRARIES)
  if(NOT NORMALIZE_HAVE_STATIC_LIBARCHIVE)
    set(CMAKE_FIND_LIBRARY_SUFFIXES ${CMAKE_SHARED_LIBRARY_SUFFIX})
    unset(LibArchive_LIBRARY CACHE)
    find_library(LibArchive_LIBRARY archive)
    set_property(TARGET LibArchive::LibArchive PROPERTY IMPORTED_LOCATION ${LibArchive_LIBRARY})
    set_property(TARGET LibArchive::LibArchive PROPERTY INTERFACE_LINK_LIBRARIES)
  endif()
endif()

# Two C++ libraries in one program would not know each other's exceptions; nor would two libgcc, of
# which the C library always takes the shared one.
if(RE2_LINK_LIBRARIES MATCHES "libre2\\.a")
  set(CMAKE_REQUIRED_LINK_OPTIONS -static-libstdc++)
  check_cxx_source_compiles("#include <string>
    int main(int count, char** words) { return std::string(words[count - 1]).empty(); }"
    NORMALIZE_STATIC_RUNTIME)
  unset(CMAKE_REQUIRED_LINK_OPTIONS)
endif()
