// The order of co_cellvars and co_freevars, in code objects by hand.

#include <doctest/doctest.h>

#include "tests/support/bytes.h"
#include "tests/support/marshal.h"

using namespace normalize;
using namespace normalize::test;
using namespace normalize::test::marshal;

namespace {

constexpr std::uint16_t kPython25 = 62131, kPython26Alpha = 62151, kPython26 = 62161,
                        kPython27 = 62211, kPython33 = 3230;

std::string op(int opcode, int argument) {
  return {static_cast<char>(opcode), static_cast<char>(argument), static_cast<char>(argument >> 8)};
}

std::string load_const(int index) { return op(100, index); }
std::string build_tuple(int count) { return op(102, count); }
std::string jump_forward(int bytes) { return op(110, bytes); }
std::string make_function() { return op(132, 0); }
std::string make_closure() { return op(134, 0); }
std::string load_closure(int variable) { return op(135, variable); }
std::string load_deref(int variable) { return op(136, variable); }
std::string store_deref(int variable) { return op(137, variable); }
std::string extended_arg(int upper) { return op(143, upper); }  // of 2.6
const std::string return_value = "S";

std::string long_tuple(const std::vector<std::string>& elements) {
  std::string all = "(" + number(static_cast<std::uint32_t>(elements.size()));
  for (const std::string& element : elements) all += element;
  return all;
}

struct Function {
  std::string code;
  std::vector<std::string> consts = {}, free = {}, cells = {};
  std::size_t number_bytes = 16;  // 20 since 3.0
};

std::string names(const std::vector<std::string>& texts, bool are_str) {
  std::vector<std::string> all;
  for (const std::string& text : texts)
    all.push_back((are_str ? "s" : "u") + number(static_cast<std::uint32_t>(text.size())) + text);
  return long_tuple(all);
}

std::string function(const Function& made) {
  const bool is_two = made.number_bytes == 16;
  const std::string none = long_tuple({});
  return "c" + std::string(made.number_bytes, '\0') + raw(made.code) + long_tuple(made.consts) +
         none + none + names(made.free, is_two) + names(made.cells, is_two) + "NN" + number(1) +
         raw("");
}

Bytes module(const std::string& object, std::uint16_t magic = kPython26) {
  const std::string head{static_cast<char>(magic & 0xff), static_cast<char>(magic >> 8)};
  return bytes(head + "\r\n" + number(0) + (magic == kPython33 ? number(0) : "") + object);
}

Bytes form(const Bytes& file) {
  const Outcome outcome = run(file, "m.pyc", Rules{});
  for (const Remark& remark : outcome.remarks) FAIL_CHECK(remark.text);
  return outcome.bytes;
}

void stays(const Function& made) {
  const Bytes file = module(function(made));
  CHECK(form(file) == file);
}

/// A function whose cells are out of order, and that makes a closure of another.
Function outer(const std::string& code, const std::string& inner) {
  return {.code = code, .consts = {"N", inner}, .free = {}, .cells = {"width", "height"}};
}

const std::string kInner =
    function({.code = load_deref(0) + load_deref(1) + return_value, .free = {"width", "height"}});
const std::string kInnerSorted =
    function({.code = load_deref(1) + load_deref(0) + return_value, .free = {"height", "width"}});

}  // namespace

TEST_CASE("cells are sorted by name, and instructions go on taking the same ones") {
  const Bytes before = module(function(
      {.code = load_deref(0) + store_deref(1) + return_value, .cells = {"width", "height"}}));
  const Bytes after = module(function(
      {.code = load_deref(1) + store_deref(0) + return_value, .cells = {"height", "width"}}));
  const Outcome outcome = run(before, "m.pyc", Rules{});
  CHECK(outcome.bytes == after);
  CHECK(outcome.found("order of cells"));
  CHECK(form(after) == after);
}

TEST_CASE("a closure is given its free variables in their new order") {
  const Bytes before = module(function(outer(load_closure(0) + load_closure(1) + build_tuple(2) +
                                                 load_const(1) + make_closure() + return_value,
                                             kInner)));
  // The cells change places, and so do the names that want them: the numbers end where they were.
  Function sorted = outer(load_closure(0) + load_closure(1) + build_tuple(2) + load_const(1) +
                              make_closure() + return_value,
                          kInnerSorted);
  sorted.cells = {"height", "width"};
  CHECK(form(before) == module(function(sorted)));
}

TEST_CASE("free variables are counted behind the cells") {
  const auto middle = [](int one, int other, const std::vector<std::string>& free) {
    return function({.code = load_deref(0) + load_deref(one) + load_deref(other) + return_value,
                     .free = free,
                     .cells = {"own"}});
  };
  const auto around = [](int one, int other, const std::string& inner) {
    return Function{.code = load_closure(one) + load_closure(other) + build_tuple(2) +
                            load_const(0) + make_closure() + return_value,
                    .consts = {inner},
                    .free = {},
                    .cells = {"height", "width"}};
  };
  CHECK(form(module(function(around(1, 0, middle(1, 2, {"width", "height"}))))) ==
        module(function(around(0, 1, middle(2, 1, {"height", "width"})))));
}

TEST_CASE("EXTENDED_ARG is taken together with the instruction behind it") {
  const std::string closure = load_closure(0) + load_closure(1) + build_tuple(2) + extended_arg(0) +
                              load_const(1) + extended_arg(1) + make_closure() + return_value;
  Function sorted = outer(closure, kInnerSorted);
  sorted.cells = {"height", "width"};
  CHECK(form(module(function(outer(closure, kInner)))) == module(function(sorted)));
  // 143 is SETUP_WITH in 2.7, and 145 EXTENDED_ARG: here a jump behind the end.
  const Bytes later = module(function(outer(closure, kInner)), kPython27);
  CHECK(form(later) == later);
}

TEST_CASE("Python 3.3 names a closure between its code and its making") {
  const auto made = [](const std::vector<std::string>& free, int first, int second) {
    const std::string inner = function({.code = load_deref(first) + load_deref(second),
                                        .consts = {},
                                        .free = free,
                                        .cells = {},
                                        .number_bytes = 20});
    return module(function({.code = load_closure(second) + load_closure(first) + build_tuple(2) +
                                    load_const(0) + load_const(1) + make_closure() + return_value,
                            .consts = {inner, "N"},
                            .free = {},
                            .cells = {"height", "width"},
                            .number_bytes = 20}),
                  kPython33);
  };
  CHECK(form(made({"width", "height"}, 0, 1)) == made({"height", "width"}, 1, 0));
}

TEST_CASE("a code object whose instructions no compiler made stays as it was") {
  const std::vector<std::string> cells{"width", "height"};
  stays({.code = load_deref(2), .cells = cells});                    // there are two
  stays({.code = extended_arg(0) + load_deref(0), .cells = cells});  // nor so many
  stays({.code = load_deref(0) + "\x88", .cells = cells});           // cut short
  stays({.code = load_deref(0) + extended_arg(0), .cells = cells});  // likewise
  stays({.code = load_deref(0) + jump_forward(1) + load_deref(0), .cells = cells});
  stays({.code = load_deref(0), .cells = {"width", "height", "width"}});
  stays({.code = extended_arg(0) + extended_arg(0) + load_const(0), .cells = cells});
}

TEST_CASE("free variables stay in their order where anything but a closure uses the code object") {
  const std::string two = load_closure(0) + load_closure(1);
  for (const std::string& code :
       {two + build_tuple(2) + load_const(1) + make_function(),  //
        two + build_tuple(1) + load_const(1) + make_closure(),   //
        load_closure(0) + build_tuple(2) + load_const(1) + make_closure(),
        two + build_tuple(2) + load_const(0) + make_closure() + load_const(1),
        jump_forward(3) + two + build_tuple(2) + load_const(1) + make_closure()}) {
    Function made = outer(code, kInner);
    made.cells = {"height", "width"};
    stays(made);
  }
}

TEST_CASE("a jump to the front of a closure's making changes nothing about it") {
  const std::string making = load_closure(0) + load_closure(1) + build_tuple(2) + load_const(1) +
                             make_closure() + return_value;
  Function sorted = outer(jump_forward(0) + making, kInnerSorted);
  sorted.cells = {"height", "width"};
  CHECK(form(module(function(outer(jump_forward(0) + making, kInner)))) ==
        module(function(sorted)));
}

TEST_CASE("versions whose order nothing shakes keep it") {
  const std::string made = function({.code = load_deref(0), .cells = {"width", "height"}});
  for (const std::uint16_t magic : {kPython25, kPython26Alpha})
    CHECK(form(module(made, magic)) == module(made, magic));
  CHECK(form(module(made, kPython27)) != module(made, kPython27));
}

TEST_CASE("code that loads a function ten thousand times does not take quadratic time") {
  std::vector<std::string> free;
  std::string closures, loads;
  for (int i = 0; i < 20'000; ++i) {
    free.push_back("name " + std::to_string(i));
    closures += load_closure(0);
    loads += build_tuple(20'000) + load_const(0);
  }
  const std::string inner = function({.code = return_value, .free = free});
  const Function made{
      .code = closures + loads, .consts = {inner}, .free = {}, .cells = {"width", "height"}};
  CHECK(run(module(function(made)), "m.pyc").outcome == Result::Outcome::changed);
}
