#include "driver/counters.h"

#ifdef NORMALIZE_COUNTERS_FOLDER

extern "C" {
#include <gcov.h>
}

namespace normalize {

void save_counters() {
  __gcov_dump();
  __gcov_reset();  // otherwise it does nothing the next time
}

std::string_view counters_folder() { return NORMALIZE_COUNTERS_FOLDER; }

}  // namespace normalize

#else

namespace normalize {

void save_counters() {}
std::string_view counters_folder() { return {}; }

}  // namespace normalize

#endif
