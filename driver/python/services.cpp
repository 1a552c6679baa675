#include "driver/python/services.h"

#include "driver/python/pool.h"

namespace normalize {

std::unique_ptr<Services> services_for(const Rules& rules, unsigned jobs) {
  if (rules.pyc_mode != PycMode::recompile && !rules.verify_pyc) return nullptr;
  HelperOptions options;
  options.program = find_python_helper();
  return std::make_unique<PythonPool>(jobs, options);
}

}  // namespace normalize
