#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "rules/field.h"

namespace normalize {

/// One change to one field. A view: whoever holds the Findings owns the texts.
struct Finding {
  /// The file within its containers, "WEB-INF/lib/a.jar!META-INF/MANIFEST.MF"; empty for the file
  /// itself.
  std::string_view member;
  std::string_view format;  // static, as Normalizer::name() is
  const Field* field;       // outlives every report
  std::string_view before;
  std::string_view after;
};

/// A list of findings, in the order they were made. A large archive has one for every member or
/// more, so each costs 24 bytes and its texts, and a member's name is kept once for a run of them.
class Findings {
 public:
  Findings() = default;
  Findings(std::initializer_list<Finding> findings);

  /// Copies the texts.
  void push_back(const Finding& finding);
  /// Takes back all but the first `size`, which is not more than there are.
  void shorten(std::size_t size);
  void clear() { *this = {}; }

  std::size_t size() const { return records_.size(); }
  bool empty() const { return records_.empty(); }
  /// Views what the list holds: valid until it is shortened, moved or gone.
  Finding operator[](std::size_t index) const;
  Finding front() const { return (*this)[0]; }

  class Iterator {
   public:
    using value_type = Finding;
    using difference_type = std::ptrdiff_t;
    Iterator() = default;
    Finding operator*() const { return (*findings_)[index_]; }
    Iterator& operator++() { return ++index_, *this; }
    Iterator operator++(int) { return {findings_, index_++}; }
    bool operator==(const Iterator&) const = default;

   private:
    friend class Findings;
    Iterator(const Findings* findings, std::size_t index) : findings_(findings), index_(index) {}
    const Findings* findings_ = nullptr;
    std::size_t index_ = 0;
  };
  Iterator begin() const { return {this, 0}; }
  Iterator end() const { return {this, records_.size()}; }

 private:
  /// Where a text lies.
  struct Place {
    std::uint32_t chunk = 0, offset = 0;
  };
  struct Member {
    Place place;
    std::size_t size = 0;
  };
  struct What {
    std::string_view format;
    const Field* field;
    bool operator==(const What&) const = default;
  };
  struct Record {
    Place place;  // of `before`, with `after` behind it
    std::uint32_t before_size, after_size;
    std::uint32_t member, what;
  };

  Place keep(std::string_view text, std::string_view more = {});
  std::string_view text_at(Place place, std::size_t size) const;
  std::uint32_t number_of(const What& what);
  std::uint32_t number_of_member(std::string_view name);

  std::vector<Record> records_;
  std::vector<Member> members_;      // as they changed from one finding to the next
  std::vector<What> whats_;          // each once
  std::vector<std::string> chunks_;  // none grows past what it has reserved
};

/// Something else that has to be said of a file or member.
struct Remark {
  enum class Kind {
    note,     // left alone for a good reason: signed, encrypted, a version not known
    damaged,  // malformed or past a limit; an error under --strict
    failed,   // the normal form did not pass its verification: an error
  };
  Kind kind;
  std::string member;
  /// "gzip: header CRC needs 2 bytes, 1 are left (at 0x1b); left as it was"
  std::string text;
  /// More of it for who wants to know, in lines: a traceback. Mostly empty.
  std::string detail = {};
};

/// All there is to say of one file, in the order it was met.
struct Journal {
  Findings findings;
  std::vector<Remark> remarks;
};

}  // namespace normalize
