#include "offex/base/check.hpp"

#include "store/venues_internal.hpp"

namespace offex::store {

void append_venues(duckdb_data_chunk chunk, std::vector<VenueEntry>& out) {
  const auto text = [&](idx_t column, idx_t row) -> std::optional<std::string> {
    if (!engine::is_valid(engine::vector_validity(chunk, column), row)) {
      return std::nullopt;
    }
    return std::string{engine::text_of(engine::vector_data<duckdb_string_t>(chunk, column)[row])};
  };
  for (idx_t row = 0; row < duckdb_data_chunk_get_size(chunk); ++row) {
    VenueEntry& entry = out.emplace_back(
        VenueEntry{.mpid = text(0, row), .crd = std::nullopt, .name = text(2, row)});
    if (engine::is_valid(engine::vector_validity(chunk, 1), row)) {
      entry.crd = engine::vector_data<std::int64_t>(chunk, 1)[row];
    }
  }
}

Result<void> VenueTable::load(const engine::Connection& connection) {
  *this = VenueTable{};
  OFFEX_ASSIGN(engine::Rows rows, connection.select(kVenuesSql));
  std::vector<VenueEntry> stored;
  while (true) {
    OFFEX_ASSIGN(const engine::Chunk chunk, rows.fetch());
    if (!chunk) {
      break;
    }
    append_venues(chunk.get(), stored);
  }
  for (const VenueEntry& entry : stored) {
    intern(entry);
  }
  return {};
}

std::int32_t VenueTable::intern(const VenueEntry& entry) {
  OFFEX_CHECK(!entry.empty());
  const auto [place, fresh] = codes_.try_emplace(entry, static_cast<std::int32_t>(entries_.size()));
  if (fresh) {
    entries_.push_back(entry);
  }
  return place->second;
}

void VenueTable::truncate(std::size_t size) {
  while (entries_.size() > size) {
    codes_.erase(entries_.back());
    entries_.pop_back();
  }
}

}  // namespace offex::store
