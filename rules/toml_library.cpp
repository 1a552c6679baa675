// toml++, compiled once and into the program: its own library would bring no more than itself and a
// second C++ library.

#define TOML_IMPLEMENTATION
#include <toml++/toml.h>
