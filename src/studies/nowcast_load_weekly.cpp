#include <algorithm>
#include <cmath>
#include <map>

#include "offex/market/calendar.hpp"

#include "studies/nowcast_load_internal.hpp"

namespace offex::studies {
namespace {

constexpr double kNan = columns::Panel::kMissing;

/// What a revision of the weekly summaries holds.
struct Kind {
  std::int16_t tier{-1};
  std::uint8_t rank{0};  ///< the smallest that a side has counts
  bool ats{false};
};

/// Place of a tier's name, or -1 for none.
std::int16_t place_of(std::vector<std::string>& tiers, const std::string& name) {
  if (name.empty()) return -1;
  const auto at = std::ranges::find(tiers, name);
  const auto place = static_cast<std::int16_t>(at - tiers.begin());
  if (at == tiers.end()) {
    tiers.push_back(name);
  }
  return place;
}

/// Revisions by number. Rows of firms are left out where there are rows of symbols: they would be
/// twenty times as many.
Result<std::map<std::int32_t, Kind>> load_kinds(const NowcastLoad& load,
                                                std::vector<std::string>& tiers) {
  OFFEX_ASSIGN(const columns::Batch rows,
               load.ask.all("SELECT revision_id::INTEGER, coalesce(tier, ''), ats, firm FROM "
                            "weekly_summary_revision_used(" +
                            load.ask.moment() + ") WHERE " + load.between("key_date") +
                            " QUALIFY NOT firm OR bool_and(firm) OVER (PARTITION BY key_date, "
                            "tier, ats) ORDER BY tier, revision_id"));
  std::map<std::int32_t, Kind> out;
  for (std::size_t row = 0; row < rows.num_rows(); ++row) {
    const std::string& tier = rows.column(1).values<std::string>()[row];
    const bool firm = rows.column(3).values<std::int8_t>()[row] != 0;
    out[rows.column(0).values<std::int32_t>()[row]] = {
        .tier = place_of(tiers, tier),
        .rank = static_cast<std::uint8_t>((firm ? 2 : 0) + (tier.empty() ? 1 : 0)),
        .ats = rows.column(2).values<std::int8_t>()[row] != 0};
  }
  return out;
}

/// One side of a symbol's week. What counts does not depend on the order of the rows.
struct Side {
  std::int64_t volume{0};
  std::int64_t most{-1};  ///< shares of its largest row, whose tier it has
  std::int32_t available{0};
  std::int16_t tier{-1};
  std::uint8_t rank{255};
  bool missing{false};
};

/// Weekly rows of all cells, added up.
class WeeklySides {
 public:
  WeeklySides(const NowcastLoad& load, std::vector<std::string>& tiers, std::size_t symbols)
      : load_{load}, tiers_{tiers}, symbols_{symbols}, sides_(2 * load.mondays.size() * symbols) {}

  void add(CellFinder::Cell cell, const Kind& kind, std::optional<std::int64_t> shares,
           std::optional<std::int32_t> published) {
    Side& side = sides_[2 * (cell.row * symbols_ + cell.symbol) + (kind.ats ? 0 : 1)];
    if (kind.rank > side.rank) return;
    if (kind.rank < side.rank) {
      side = Side{.rank = kind.rank};
    }
    side.volume += shares.value_or(0);
    side.missing = side.missing || !shares;
    side.available = std::max(side.available, published ? *published : rule_day(cell.row, kind));
    const std::int64_t size = shares.value_or(0);
    if (size > side.most || (size == side.most && kind.tier < side.tier)) {
      side.most = size;
      side.tier = kind.tier;
    }
  }

  void finish(NowcastInputs& out) const {
    for (std::size_t cell = 0; cell < out.published.cells().size(); ++cell) {
      const Side& ats = sides_[2 * cell];
      const Side& non_ats = sides_[2 * cell + 1];
      if (ats.rank == 255 && non_ats.rank == 255) continue;
      out.available.cells()[cell] = std::max(ats.available, non_ats.available);
      out.tier[cell] = ats.most > non_ats.most ? ats.tier : non_ats.tier;
      const bool both = ats.rank != 255 && non_ats.rank != 255;
      if (both && !ats.missing && !non_ats.missing) {
        out.published.cells()[cell] = static_cast<double>(ats.volume + non_ats.volume);
      }
    }
  }

 private:
  /// Day of publication where the source tells none.
  [[nodiscard]] std::int32_t rule_day(std::size_t week, const Kind& kind) const {
    const std::string_view tier =
        kind.tier < 0 ? std::string_view{} : tiers_[static_cast<std::size_t>(kind.tier)];
    return market::to_new_york(market::weekly_publication(load_.mondays[week], tier)).day.days();
  }

  const NowcastLoad& load_;
  std::vector<std::string>& tiers_;
  std::size_t symbols_;
  std::vector<Side> sides_;  // by cell, ATS first
};

Result<void> load_summaries(const NowcastLoad& load, NowcastInputs& out) {
  OFFEX_ASSIGN(const auto kinds, load_kinds(load, out.tiers));
  if (kinds.empty()) return {};
  std::string revisions;
  for (const auto& [revision, kind] : kinds) {
    revisions += fmt::format("{}{}", revisions.empty() ? "" : ", ", revision);
  }
  const std::string sql =
      "SELECT revision_id::INTEGER, week_start_date, symbol_code, share_quantity, "
      "initial_published_date FROM fact_weekly_summary WHERE revision_id IN (" +
      revisions + ") AND " + load.between("week_start_date") +
      " AND (public_from IS NULL OR public_from <= " + load.ask.moment() + ")";
  WeeklySides sides{load, out.tiers, out.num_symbols()};
  OFFEX_TRY(load.ask.each(sql, [&](const columns::Batch& rows) {
    const auto& ids = rows.column(0).values<std::int32_t>();
    const auto& days = rows.column(1).values<std::int32_t>();
    const auto& codes = rows.column(2).values<std::int32_t>();
    const auto& shares = rows.column(3).values<std::int64_t>();
    const auto& published = rows.column(4).values<std::int32_t>();
    for (std::size_t row = 0; row < rows.num_rows(); ++row) {
      if (const auto cell = load.find(days[row], codes[row])) {
        sides.add(*cell, kinds.at(ids[row]),
                  rows.column(3).valid(row) ? std::optional{shares[row]} : std::nullopt,
                  rows.column(4).valid(row) ? std::optional{published[row]} : std::nullopt);
      }
    }
  }));
  sides.finish(out);
  return {};
}

/// The seed's weekly table: its total counts where a side is missing.
Result<void> load_table(const NowcastLoad& load, NowcastInputs& out) {
  OFFEX_ASSIGN(const columns::Batch rows,
               load.ask.all("SELECT f.week_start_date, f.symbol_code, coalesce(r.facility, ''), "
                            "f.off_exchange_volume FROM fact_weekly f JOIN revision_used(" +
                            load.ask.moment() + ") r USING (revision_id) WHERE " +
                            load.between("f.week_start_date") + " ORDER BY ALL"));
  columns::Panel volume{load.mondays.size(), out.num_symbols()};
  columns::Panel available = volume;
  for (std::size_t row = 0; row < rows.num_rows(); ++row) {
    const auto cell = load.find(rows.column(0).values<std::int32_t>()[row],
                                rows.column(1).values<std::int32_t>()[row]);
    if (!cell) continue;
    const std::string& tier = rows.column(2).values<std::string>()[row];
    const auto rule = market::weekly_publication(load.mondays[cell->row], tier);
    const double day = market::to_new_york(rule).day.days();
    double& sum = volume.at(cell->row, cell->symbol);
    double& known = available.at(cell->row, cell->symbol);
    const double shares = rows.column(3).valid(row)
                              ? static_cast<double>(rows.column(3).values<std::int64_t>()[row])
                              : kNan;
    sum = std::isnan(known) ? shares : sum + shares;
    known = std::fmax(known, day);
    std::int16_t& place = out.tier[cell->row * out.num_symbols() + cell->symbol];
    if (place < 0) {
      place = place_of(out.tiers, tier);
    }
  }
  for (std::size_t cell = 0; cell < volume.cells().size(); ++cell) {
    if (std::isnan(out.published.cells()[cell])) {
      out.published.cells()[cell] = volume.cells()[cell];
    }
    if (std::isnan(out.available.cells()[cell])) {
      out.available.cells()[cell] = available.cells()[cell];
    }
  }
  return {};
}

}  // namespace

Result<void> load_nowcast_weekly(const NowcastLoad& load, NowcastInputs& out) {
  OFFEX_TRY(load_summaries(load, out));
  return load_table(load, out);
}

}  // namespace offex::studies
