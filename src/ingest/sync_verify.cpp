#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "ingest/sync_verify_internal.hpp"

namespace offex::ingest {
namespace {

using columns::Batch;
using columns::Column;

std::unexpected<base::Error> wrong_answer(const Task& task, std::string reason) {
  base::Place place;
  place.file = task.what;
  return fail(base::ErrorCode::Integrity, std::move(reason), std::move(place));
}

// The column of days that tell what a row is about.
const Column* day_column(const Batch& rows) {
  for (const std::string_view name : {"trade_date", "settlement_date"}) {
    if (const Column* column = rows.find(name)) return column;
  }
  return nullptr;
}

Result<void> check_days(const Task& task, const Column* column, market::Day expected,
                        std::string_view what) {
  if (column == nullptr) return {};
  for (const std::int32_t days : column->values<std::int32_t>()) {
    if (days == expected.days()) continue;
    return wrong_answer(task, fmt::format("asked for the {} {}, and rows of {} came", what,
                                          expected.iso(), market::Day::from_days(days).iso()));
  }
  return {};
}

Result<void> check_tier(const Task& task, const Column* column) {
  if (column == nullptr || task.expected.tier.empty()) return {};
  for (const std::string& tier : column->values<std::string>()) {
    if (tier == task.expected.tier) continue;
    return wrong_answer(task, fmt::format("asked for the tier {}, and rows of `{}` came",
                                          task.expected.tier, tier));
  }
  return {};
}

Result<void> check_document(const Task& task, const formats::Document& document) {
  const market::Dataset asked = task.covers.front().dataset;
  if (document.dataset != asked) {
    return wrong_answer(task, fmt::format("asked for {}, and {} came", market::to_string(asked),
                                          market::to_string(document.dataset)));
  }
  const Expected& expected = task.expected;
  if (expected.day && document.day && *document.day != *expected.day) {
    return wrong_answer(task, fmt::format("asked for the day {}, and {} came", expected.day->iso(),
                                          document.day->iso()));
  }
  if (expected.day) OFFEX_TRY(check_days(task, day_column(document.rows), *expected.day, "day"));
  if (expected.week) {
    OFFEX_TRY(check_days(task, document.rows.find("week_start_date"), *expected.week, "week of"));
  }
  return check_tier(task, document.rows.find("tier_identifier"));
}

Result<void> check_tape(const Task& task, const store::TapeFile& tape) {
  const store::Partition& asked = task.covers.front();
  if (tape.dataset != asked.dataset) {
    return wrong_answer(task,
                        fmt::format("asked for {}, and {} came", market::to_string(asked.dataset),
                                    market::to_string(tape.dataset)));
  }
  if (asked.day && tape.day != *asked.day) {
    return wrong_answer(task, fmt::format("asked for the day {}, and trades of {} came",
                                          asked.day->iso(), tape.day.iso()));
  }
  return {};
}

std::vector<market::Day> distinct_days(const std::vector<Decoded>& answer,
                                       std::string_view column_name) {
  std::set<std::int32_t> days;
  for (const Decoded& part : answer) {
    for (const formats::Document& document : part.documents) {
      if (const Column* column = document.rows.find(column_name)) {
        const auto& values = column->values<std::int32_t>();
        days.insert(values.begin(), values.end());
      }
    }
  }
  std::vector<market::Day> out;
  for (const std::int32_t day : days) out.push_back(market::Day::from_days(day));
  return out;
}

struct Level {
  std::int64_t symbol{0};
  std::int64_t firms{0};
  bool has_symbol{false};
  bool has_firms{false};
};

void add_levels(const Batch& rows, std::map<std::pair<market::Symbol, bool>, Level>& out) {
  const auto& symbols = rows.find("symbol")->values<market::Symbol>();
  const auto& types = rows.find("summary_type")->values<std::string>();
  const auto& shares = rows.find("share_quantity")->values<std::int64_t>();
  for (std::size_t row = 0; row < rows.num_rows(); ++row) {
    Level& level = out[{symbols[row], types[row].starts_with("ATS")}];
    if (types[row].ends_with("_FIRM")) {
      level.firms += shares[row];
      level.has_firms = true;
    } else {
      level.symbol += shares[row];
      level.has_symbol = true;
    }
  }
}

}  // namespace

Result<void> verify(const Task& task, const std::vector<Decoded>& answer) {
  for (const Decoded& part : answer) {
    if (part.error) return std::unexpected{*part.error};
    for (const formats::Document& document : part.documents) {
      OFFEX_TRY(check_document(task, document));
    }
    for (const store::TapeFile& tape : part.tapes) OFFEX_TRY(check_tape(task, tape));
  }
  return {};
}

std::string compare_levels(const std::vector<Decoded>& answer) {
  std::map<std::pair<market::Symbol, bool>, Level> levels;
  for (const Decoded& part : answer) {
    for (const formats::Document& document : part.documents) {
      if (document.dataset == market::Dataset::WeeklySummary) add_levels(document.rows, levels);
    }
  }
  std::size_t count = 0;
  std::string_view first;
  for (const auto& [key, level] : levels) {
    if (!level.has_symbol || !level.has_firms || level.symbol == level.firms) continue;
    if (count++ == 0) first = key.first.view();
  }
  if (count == 0) return {};
  return fmt::format("{} symbols, {} first, have firms that do not add up to them", count, first);
}

std::vector<market::Day> weeks_of(const std::vector<Decoded>& answer) {
  return distinct_days(answer, "week_start_date");
}

std::vector<market::Day> days_of(const std::vector<Decoded>& answer) {
  return distinct_days(answer, "trade_date");
}

}  // namespace offex::ingest
