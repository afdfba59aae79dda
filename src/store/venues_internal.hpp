#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "store/duckdb_internal.hpp"

namespace offex::store {

/// What a row of the weekly summaries says of its venue. A venue is its MPID and CRD number; only
/// one that has neither is its name.
struct VenueEntry {
  std::optional<std::string> mpid;
  std::optional<std::int64_t> crd;
  std::optional<std::string> name;

  friend auto operator<=>(const VenueEntry&, const VenueEntry&) = default;
  /// Nothing is known: a row of a symbol.
  [[nodiscard]] bool empty() const { return !mpid && !crd && !name; }
  /// The entry without what may change while the venue stays the same.
  [[nodiscard]] VenueEntry identity() const {
    return mpid || crd ? VenueEntry{mpid, crd, {}} : *this;
  }
};

/// The writer's copy of `venue`: one code for each venue under each name it had.
class VenueTable {
 public:
  [[nodiscard]] Result<void> load(const engine::Connection& connection);

  /// Returns the code of an entry, a new one when it is unknown. \pre !entry.empty()
  std::int32_t intern(const VenueEntry& entry);
  [[nodiscard]] const VenueEntry& entry(std::int32_t code) const {
    return entries_[static_cast<std::size_t>(code)];
  }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  /// Forgets everything newer.
  void truncate(std::size_t size);

 private:
  std::vector<VenueEntry> entries_;
  std::map<VenueEntry, std::int32_t> codes_;
};

/// Appends one chunk of (mpid, crd, name), in order of venue_code, to `out`.
void append_venues(duckdb_data_chunk chunk, std::vector<VenueEntry>& out);
inline constexpr const char* kVenuesSql = "SELECT mpid, crd, name FROM venue ORDER BY venue_code";

}  // namespace offex::store
