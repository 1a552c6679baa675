#pragma once

#include "normalizers/context.h"
#include "normalizers/zip/records.h"

namespace normalize::zip {

/// Drops from a jar what Maven's compiler plugin leaves among the classes where it forks javac and
/// prints how (mvn -X): the arguments, in a file with a random number in its name, and a script
/// that calls javac with them. Both tell the build's folders and nothing that a program could want.
void drop_leftovers(Archive& archive, Context& context);

}  // namespace normalize::zip
