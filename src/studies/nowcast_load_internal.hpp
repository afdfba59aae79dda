#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "studies/load_internal.hpp"
#include "studies/nowcast_internal.hpp"

namespace offex::studies {

/// A question about some weeks as known at a moment.
class NowcastQuestion {
 public:
  NowcastQuestion(const store::Reader& reader, std::optional<market::Instant> as_of)
      : reader_{reader}, moment_{as_of ? "$1" : "TIMESTAMP 'infinity'"} {
    if (as_of) {
      parameters_.emplace_back(*as_of);
    }
  }

  /// The moment as SQL.
  [[nodiscard]] const std::string& moment() const { return moment_; }

  [[nodiscard]] Result<columns::Batch> all(const std::string& sql) const {
    OFFEX_ASSIGN(store::QueryRows rows, reader_.query(sql, parameters_));
    return rows.all();
  }

  template <class Visit>
  [[nodiscard]] Result<void> each(const std::string& sql, Visit visit) const {
    OFFEX_ASSIGN(store::QueryRows rows, reader_.query(sql, parameters_));
    columns::Batch batch = rows.header();
    for (;;) {
      OFFEX_ASSIGN(const bool more, rows.next(batch));
      if (!more) return {};
      visit(std::as_const(batch));
    }
  }

 private:
  const store::Reader& reader_;
  std::string moment_;
  std::vector<store::Parameter> parameters_;
};

/// What one load shares.
struct NowcastLoad {
  NowcastQuestion ask;
  std::span<const market::Day> mondays;
  CellFinder finder;  // rows are weeks

  [[nodiscard]] std::optional<CellFinder::Cell> find(std::int32_t day, std::int32_t code) const {
    return finder.find(market::week_start(market::Day::from_days(day)).days(), code);
  }
  [[nodiscard]] std::string between(std::string_view column) const {
    return fmt::format("{} BETWEEN DATE '{}' AND DATE '{}'", column, mondays.front().iso(),
                       mondays.back().plus(6).iso());
  }
};

/// Fills what FINRA published of the weeks: `published`, `available`, `tier` and `tiers`.
[[nodiscard]] Result<void> load_nowcast_weekly(const NowcastLoad& load, NowcastInputs& out);

}  // namespace offex::studies
