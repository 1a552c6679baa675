#pragma once

// Declares major(), minor() and makedev(), which no standard places.

#include <sys/types.h>  // the BSDs

#if __has_include(<sys/sysmacros.h>)
#include <sys/sysmacros.h>  // Linux
#endif
