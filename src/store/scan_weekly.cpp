#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "store/scan_internal.hpp"
#include "store/venues_internal.hpp"

namespace offex::store {

namespace {

/// Rows that were published after the moment of the question do not count.
std::string published_by(std::optional<market::Instant> as_of) {
  return as_of ? "public_from IS NULL OR public_from <= " + as_of_literal(as_of) : std::string{};
}

/// Rows of firms whose symbol has no row of its own.
std::string untold(std::optional<market::Instant> as_of) {
  const std::string moment = as_of_literal(as_of);
  const std::string published = published_by(as_of);
  return (published.empty() ? "" : '(' + published + ") AND ") +
         "revision_id IN (SELECT v.revision_id FROM weekly_volume_revision_used(" + moment +
         ") v WHERE v.mixed) AND NOT EXISTS (FROM weekly_symbol_told(" + moment +
         ") t WHERE t.revision_id = fact_weekly_summary.revision_id "
         "AND t.symbol_code = fact_weekly_summary.symbol_code)";
}

/// What the key of a revision of the weekly summaries says of its rows.
struct SummaryKind {
  std::int32_t tier{-1};  ///< index; -1: the source tells none
  bool ats{false};
  bool firm{false};
};

Result<std::map<std::int32_t, SummaryKind>> read_kinds(const ReaderImpl& impl, const Scan& scan,
                                                       std::vector<std::string>& tiers) {
  std::map<std::int32_t, SummaryKind> out;
  tiers.clear();
  const auto tier_index = [&](std::string_view tier) {
    const auto found = std::ranges::find(tiers, tier);
    const auto index = static_cast<std::int32_t>(found - tiers.begin());
    if (found == tiers.end()) {
      tiers.emplace_back(tier);
    }
    return index;
  };
  const std::string sql = "SELECT revision_id, tier, ats, firm FROM weekly_summary_revision_used(" +
                          as_of_literal(scan.as_of) + ") WHERE " + in_range("key_date", scan.days) +
                          " ORDER BY tier, revision_id";
  const auto visit = [&](duckdb_data_chunk chunk) -> Result<void> {
    const auto* ids = engine::vector_data<std::int32_t>(chunk, 0);
    const auto* names = engine::vector_data<duckdb_string_t>(chunk, 1);
    const auto* ats = engine::vector_data<bool>(chunk, 2);
    const auto* firm = engine::vector_data<bool>(chunk, 3);
    for (idx_t row = 0; row < duckdb_data_chunk_get_size(chunk); ++row) {
      const bool told = engine::is_valid(engine::vector_validity(chunk, 1), row);
      out.emplace(ids[row], SummaryKind{.tier = told ? tier_index(engine::text_of(names[row])) : -1,
                                        .ats = ats[row],
                                        .firm = firm[row]});
    }
    return {};
  };
  OFFEX_TRY(impl.each_chunk(sql, {}, visit));
  return out;
}

/// Fills `venues` with one entry a venue, under its newest name; returns its index by venue code.
Result<std::vector<std::int32_t>> read_venues(const ReaderImpl& impl, std::vector<Venue>& venues) {
  std::vector<VenueEntry> entries;
  OFFEX_TRY(impl.each_chunk(kVenuesSql, {}, [&](duckdb_data_chunk chunk) -> Result<void> {
    append_venues(chunk, entries);
    return {};
  }));
  venues.clear();
  std::map<VenueEntry, std::int32_t> places;
  std::vector<std::int32_t> out;
  for (const VenueEntry& entry : entries) {
    const auto [place, fresh] =
        places.try_emplace(entry.identity(), static_cast<std::int32_t>(venues.size()));
    if (fresh) {
      venues.push_back({.mpid = entry.mpid.value_or(""), .crd = entry.crd, .name = {}});
    }
    if (entry.name) {
      venues[static_cast<std::size_t>(place->second)].name = *entry.name;
    }
    out.push_back(place->second);
  }
  return out;
}

/// Columns of a chunk that are worked out and not stored.
class SummaryColumns {
 public:
  SummaryColumns(const SummaryKind& kind, const ChunkColumn<std::int32_t>& codes, std::size_t rows,
                 const std::vector<std::int32_t>& venue_of_code)
      : venue_(rows, 0),
        tier_(rows, kind.tier),
        ats_(rows, kind.ats ? std::int8_t{1} : std::int8_t{0}),
        firm_(rows, kind.firm ? std::int8_t{1} : std::int8_t{0}),
        codes_{codes} {
    for (std::size_t row = 0; row < rows; ++row) {
      if (codes.valid(row)) {
        venue_[row] = venue_of_code[static_cast<std::size_t>(codes.values[row])];
      }
    }
    if (kind.tier < 0) {
      no_tier_.assign((rows + 63) / 64, 0);
    }
  }
  [[nodiscard]] ChunkColumn<std::int32_t> venue() const { return {venue_.data(), codes_.validity}; }
  [[nodiscard]] ChunkColumn<std::int32_t> tier() const {
    return {tier_.data(), no_tier_.empty() ? nullptr : no_tier_.data()};
  }
  [[nodiscard]] ChunkColumn<std::int8_t> ats() const { return {ats_.data(), nullptr}; }
  [[nodiscard]] ChunkColumn<std::int8_t> firm() const { return {firm_.data(), nullptr}; }

 private:
  std::vector<std::int32_t> venue_;
  std::vector<std::int32_t> tier_;
  std::vector<std::int8_t> ats_;
  std::vector<std::int8_t> firm_;
  std::vector<std::uint64_t> no_tier_;
  ChunkColumn<std::int32_t> codes_;
};

}  // namespace

Result<void> Reader::scan_weekly_summary(
    const Scan& scan, std::vector<Venue>& venues, std::vector<std::string>& tiers,
    const std::function<void(const WeeklySummaryChunk&)>& visit) const {
  OFFEX_ASSIGN(const auto kinds, read_kinds(*impl_, scan, tiers));
  OFFEX_ASSIGN(const std::vector<std::int32_t> venue_of_code, read_venues(*impl_, venues));
  const ScanSource source{.table = "fact_weekly_summary",
                          .day = "week_start_date",
                          .revisions = "weekly_summary_revision_used",
                          .values =
                              "venue_code, share_quantity, trade_count, initial_published_date, "
                              "last_update_date, total_share_quantity",
                          .row_filter = published_by(scan.as_of),
                          .by_revision = true};
  return run_scan(*impl_, source, scan, [&](Run& run) {
    const SummaryColumns columns{kinds.at(run.revision()), run.column<std::int32_t>(3), run.rows(),
                                 venue_of_code};
    visit({.rows = run.rows(),
           .day = run.column<std::int32_t>(1),
           .symbol = run.column<std::int32_t>(2),
           .venue = columns.venue(),
           .tier = columns.tier(),
           .ats = columns.ats(),
           .firm = columns.firm(),
           .share_quantity = run.column<std::int64_t>(4),
           .trade_count = run.column<std::int64_t>(5),
           .initial_published_date = run.column<std::int32_t>(6),
           .last_update_date = run.column<std::int32_t>(7),
           .total_share_quantity = run.column<std::int64_t>(8)});
  });
}

Result<void> Reader::scan_weekly(const Scan& scan,
                                 const std::function<void(const WeeklyChunk&)>& visit) const {
  const auto hand_out = [&](Run& run) {
    visit({.rows = run.rows(),
           .day = run.column<std::int32_t>(1),
           .symbol = run.column<std::int32_t>(2),
           .off_exchange_volume = run.column<std::int64_t>(3)});
  };
  const ScanSource table{.table = "fact_weekly",
                         .day = "week_start_date",
                         .revisions = "weekly_table_revision_used",
                         .values = "off_exchange_volume"};
  OFFEX_TRY(run_scan(*impl_, table, scan, hand_out));
  ScanSource summaries{.table = "fact_weekly_summary",
                       .day = "week_start_date",
                       .revisions = "weekly_volume_revision_used",
                       .values = "share_quantity",
                       .revision_filter = "NOT mixed",
                       .row_filter = published_by(scan.as_of)};
  OFFEX_TRY(run_scan(*impl_, summaries, scan, hand_out));
  // Rows of firms beside rows of symbols count for the symbols that have no row of their own.
  summaries.revision_filter = "mixed";
  summaries.row_filter = untold(scan.as_of);
  return run_scan(*impl_, summaries, scan, hand_out);
}

}  // namespace offex::store
