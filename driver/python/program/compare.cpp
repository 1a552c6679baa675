#include "driver/python/program/compare.h"

#include <algorithm>
#include <cstring>
#include <unordered_map>
#include <vector>

namespace normalize::python {
namespace {

/// What a code object is made of; co_positions() follows from the rest.
constexpr const char* kCodeFields[] = {
    "co_argcount",       "co_posonlyargcount",
    "co_kwonlyargcount", "co_nlocals",
    "co_stacksize",      "co_flags",
    "co_code",           "co_consts",
    "co_names",          "co_varnames",
    "co_freevars",       "co_cellvars",
    "co_filename",       "co_name",
    "co_qualname",       "co_firstlineno",
    "co_linetable",      "co_exceptiontable",
};
constexpr const char* kSliceFields[] = {"start", "stop", "step"};

class Difference : public std::exception {
 public:
  explicit Difference(std::string text) : text_(std::move(text)) {}
  const char* what() const noexcept override { return text_.c_str(); }

 private:
  std::string text_;
};

/// Two objects that have to be alike, and where they stand.
struct Pair {
  PyRef before, after;
  std::size_t parent;  // index of the pair they hang on
  const char* field;   // its field, or null
  Py_ssize_t index;    // its element, where `field` is null
  bool has_identity;   // false for what is made anew at each look
};

class Comparison {
 public:
  explicit Comparison(std::string_view but) : but_(but) {}
  std::optional<std::string> run(const PyRef& before, const PyRef& after) try {
    pairs_.push_back({before, after, 0, "", 0, true});
    for (current_ = 0; current_ < pairs_.size(); ++current_) compare_current();
    return std::nullopt;
  } catch (const Difference& difference) {
    return difference.what();
  }

 private:
  // The vector grows while a pair is looked at, so it is copied out: two references.
  void compare_current() {
    const Pair pair = pairs_[current_];
    PyObject *a = pair.before.get(), *b = pair.after.get();
    if (Py_TYPE(a) != Py_TYPE(b)) differ(Py_TYPE(a)->tp_name, Py_TYPE(b)->tp_name);
    if (pair.has_identity && !check_identity(a, b)) return;
    if (PyUnicode_CheckExact(a)) {
      compare_texts(a, b);
    } else if (PyFloat_CheckExact(a)) {
      compare_bits(PyFloat_AS_DOUBLE(a), PyFloat_AS_DOUBLE(b));
    } else if (PyComplex_CheckExact(a)) {
      compare_bits(PyComplex_RealAsDouble(a), PyComplex_RealAsDouble(b));
      compare_bits(PyComplex_ImagAsDouble(a), PyComplex_ImagAsDouble(b));
    } else if (PyLong_CheckExact(a) || PyBytes_CheckExact(a)) {
      if (checked(PyObject_RichCompareBool(a, b, Py_NE))) differ(a, b);
    } else if (PyTuple_CheckExact(a) || PyList_CheckExact(a)) {
      add_elements(a, b);
    } else if (PyCode_Check(a)) {
      for (const char* field : kCodeFields) add_field(a, b, field);
      // Until 3.9; since then it is worked out from co_linetable.
      if (!PyObject_HasAttrString(a, "co_linetable")) add_field(a, b, "co_lnotab");
    } else if (PyAnySet_CheckExact(a)) {
      add_set(a, b);
    } else if (PyDict_CheckExact(a)) {
      add_elements(PyRef::take(PyDict_Keys(a)), PyRef::take(PyDict_Keys(b)));
      add_elements(PyRef::take(PyDict_Values(a)), PyRef::take(PyDict_Values(b)));
    } else if (PySlice_Check(a)) {
      for (const char* field : kSliceFields) add_field(a, b, field);
    } else if (a != b) {  // None, True, False, Ellipsis, StopIteration; nothing else is known
      differ(a, b);
    }
  }

  /// Whether the two have to be looked at: they have not met before.
  bool check_identity(PyObject* a, PyObject* b) {
    const auto [forth, new_before] = after_of_.try_emplace(a, b);
    const auto [back, new_after] = before_of_.try_emplace(b, a);
    if (!new_before && forth->second == b) return false;
    if (!new_before) differ("one object", "several");
    if (!new_after && back->second != a && !PyUnicode_CheckExact(a) && !PyFrozenSet_CheckExact(a))
      differ("several objects", "one");
    return true;
  }

  void compare_texts(PyObject* a, PyObject* b) {
    if (a == b) return;
    if (checked(PyObject_RichCompareBool(a, b, Py_NE))) differ(a, b);
    if (PyUnicode_CHECK_INTERNED(a) && !PyUnicode_CHECK_INTERNED(b))
      differ("interned text", "text that is not");
  }

  void compare_bits(double a, double b) {
    if (std::memcmp(&a, &b, sizeof a) != 0)
      differ(PyRef::take(PyFloat_FromDouble(a)).get(), PyRef::take(PyFloat_FromDouble(b)).get());
  }

  void add(PyRef a, PyRef b, const char* field, Py_ssize_t index, bool has_identity = true) {
    pairs_.push_back({std::move(a), std::move(b), current_, field, index, has_identity});
  }

  void add_field(PyObject* a, PyObject* b, const char* field) {
    if (field == but_ || !PyObject_HasAttrString(a, field)) return;
    PyRef before = PyRef::take(PyObject_GetAttrString(a, field));
    // Some fields are made anew at each look (co_code and co_varnames since 3.11).
    const bool kept = PyRef::take(PyObject_GetAttrString(a, field)).get() == before.get();
    add(std::move(before), PyRef::take(PyObject_GetAttrString(b, field)), field, 0, kept);
  }

  void check_sizes(Py_ssize_t a, Py_ssize_t b) {
    if (a != b) differ(std::to_string(a) + " elements", std::to_string(b));
  }

  /// `a` and `b` are tuples or lists.
  void add_elements(PyObject* a, PyObject* b) {
    const Py_ssize_t size = PySequence_Fast_GET_SIZE(a);
    check_sizes(size, PySequence_Fast_GET_SIZE(b));
    for (Py_ssize_t i = 0; i < size; ++i)
      add(PyRef::share(PySequence_Fast_GET_ITEM(a, i)),
          PyRef::share(PySequence_Fast_GET_ITEM(b, i)), nullptr, i);
  }
  void add_elements(const PyRef& a, const PyRef& b) { add_elements(a.get(), b.get()); }

  /// Pairs each element with its equal. What has no equal (a NaN is none even to itself) is paired
  /// by its bytes.
  void add_set(PyObject* a, PyObject* b) {
    check_sizes(PySet_GET_SIZE(a), PySet_GET_SIZE(b));
    const PyRef after_by_value = PyRef::take(PyDict_New());
    for (const PyRef& element : elements(b))
      checked(PyDict_SetItem(after_by_value.get(), element.get(), element.get()));
    std::vector<PyRef> unpaired;
    for (PyRef& element : elements(a)) {
      PyObject* found = PyDict_GetItemWithError(after_by_value.get(), element.get());
      if (!found && PyErr_Occurred()) throw Raised();
      if (!found) {
        unpaired.push_back(std::move(element));
        continue;
      }
      const PyRef equal = PyRef::share(found);
      checked(PyDict_DelItem(after_by_value.get(), equal.get()));
      add(std::move(element), equal, "{}", 0);
    }
    std::vector<PyRef> rest = elements(after_by_value.get());
    sort_by_bytes(unpaired);
    sort_by_bytes(rest);
    for (std::size_t i = 0; i < unpaired.size(); ++i) add(unpaired[i], rest.at(i), "{}", 0);
  }

  static std::vector<PyRef> elements(PyObject* iterable) {
    std::vector<PyRef> found;
    const PyRef iterator = PyRef::take(PyObject_GetIter(iterable));
    while (PyObject* next = PyIter_Next(iterator.get())) found.push_back(PyRef::take(next));
    if (PyErr_Occurred()) throw Raised();
    return found;
  }

  static void sort_by_bytes(std::vector<PyRef>& elements) {
    constexpr int kWithoutReferences = 2;
    std::vector<std::pair<std::string, PyRef>> keyed;
    for (const PyRef& element : elements) {
      const PyRef key =
          PyRef::take(PyMarshal_WriteObjectToString(element.get(), kWithoutReferences));
      keyed.emplace_back(std::string(PyBytes_AS_STRING(key.get()),
                                     static_cast<std::size_t>(PyBytes_GET_SIZE(key.get()))),
                         element);
    }
    std::ranges::stable_sort(keyed, {}, &std::pair<std::string, PyRef>::first);
    for (std::size_t i = 0; i < elements.size(); ++i) elements[i] = keyed[i].second;
  }

  /// "co_consts[3].co_name".
  std::string place() const {
    std::vector<std::string> parts;
    for (std::size_t at = current_; at != 0; at = pairs_[at].parent)
      parts.push_back(pairs_[at].field ? std::string(".") + pairs_[at].field
                                       : "[" + std::to_string(pairs_[at].index) + "]");
    std::string text;
    for (auto part = parts.rbegin(); part != parts.rend(); ++part) text += *part;
    return text.empty() ? "the module" : text.substr(text.front() == '.' ? 1 : 0);
  }

  /// The start of its repr(), in ASCII.
  static std::string describe(PyObject* object) {
    constexpr Py_ssize_t kEnough = 60;
    PyRef shown = PyRef::share(object);
    if (PyUnicode_Check(object))
      shown = PyRef::take(PyUnicode_Substring(object, 0, kEnough));
    else if (PyBytes_Check(object))
      shown = PyRef::take(PySequence_GetSlice(object, 0, kEnough));
    PyObject* text = PyObject_ASCII(shown.get());
    if (!text) PyErr_Clear();  // an int of more digits than Python cares to print
    const std::string whole =
        text ? PyUnicode_AsUTF8(PyRef::take(text).get()) : std::string(Py_TYPE(object)->tp_name);
    return whole.substr(0, 2 * kEnough);
  }

  [[noreturn]] void differ(const std::string& before, const std::string& after) const {
    throw Difference(place() + ": " + before + " became " + after);
  }
  [[noreturn]] void differ(PyObject* before, PyObject* after) const {
    differ(describe(before), describe(after));
  }

  const std::string_view but_;
  // Also keeps all that was compared alive, so that no address is used twice.
  std::vector<Pair> pairs_;
  std::size_t current_ = 0;
  std::unordered_map<PyObject*, PyObject*> after_of_, before_of_;
};

}  // namespace

std::optional<std::string> first_difference(const PyRef& before, const PyRef& after,
                                            std::string_view but) {
  return Comparison(but).run(before, after);
}

}  // namespace normalize::python
