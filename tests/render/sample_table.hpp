#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "offex/columns/batch.hpp"
#include "offex/market/symbol.hpp"
#include "offex/render/table_view.hpp"

namespace offex::render {

inline constexpr std::array<std::string_view, 2> kGrades{"good", "poor"};

/// Three rows over every column type; the last row misses everything but its ticker.
inline columns::Batch sample_batch() {
  using columns::Column;
  using columns::Type;
  using market::Symbol;
  columns::Batch batch;
  auto& ticker = batch.add(Column{"ticker", Type::Symbol});
  for (const char* name : {"BRK.B", "BRK.B", "TpC"}) ticker.push(Symbol::from_trusted(name));
  auto& day = batch.add(Column{"trade_date", Type::Day});
  day.push<std::int32_t>(20507);
  day.push<std::int32_t>(20510);
  auto& volume = batch.add(Column{"total_volume", Type::Quantity});
  volume.push<std::int64_t>(20'246'331'798'531);
  volume.push<std::int64_t>(500'000);
  auto& close = batch.add(Column{"close", Type::Price});
  close.push<std::int64_t>(482'115'000'000);
  close.push<std::int64_t>(123'400'000);
  auto& ratio = batch.add(Column{"short_ratio", Type::Double});
  ratio.push(0.43125);
  ratio.push(std::numeric_limits<double>::quiet_NaN());
  auto& z = batch.add(Column{"z", Type::Double});
  z.push(-2.5);
  z.push(0.75);
  auto& count = batch.add(Column{"trades", Type::Int64});
  count.push<std::int64_t>(1'234'567);
  count.push<std::int64_t>(0);
  auto& streak = batch.add(Column{"streak", Type::Int32});
  streak.push<std::int32_t>(-3);
  streak.push<std::int32_t>(4);
  auto& has = batch.add(Column{"has_otc", Type::Bool});
  has.push<std::int8_t>(1);
  has.push<std::int8_t>(0);
  auto& known = batch.add(Column{"known_from", Type::Instant});
  known.push<std::int64_t>(1'771'887'600'000'000'000);
  known.push<std::int64_t>(0);
  auto& wide = batch.add(Column{"turnover", Type::Number});
  wide.push<std::string>("12345678901234567890123.5");
  wide.push<std::string>("0");
  auto& grade = batch.add(Column{"grade", kGrades});
  grade.push<std::uint8_t>(0);
  grade.push<std::uint8_t>(1);
  auto& note = batch.add(Column{"note", Type::Text});
  note.push<std::string>("a \"quoted\", word");
  note.push<std::string>("");
  for (columns::Column& column : batch.columns()) {
    if (column.size() == 2) column.push_missing();
  }
  return batch;
}

inline TableView sample_view() {
  TableView view;
  view.title = "Short sale volume";
  view.group_by = "ticker";
  view.columns = {
      {.column = "ticker", .drop_priority = 0},
      {.column = "trade_date", .heading = "date", .drop_priority = 0},
      {.column = "short_ratio", .percent = true, .drop_priority = 0},
      {.column = "z", .decimals = 2, .signed_colour = true, .min_width = 7},
      {.column = "trades", .thousands = true},
      {.column = "known_from", .drop_priority = 9},
      {.column = "turnover", .drop_priority = 8},
      {.column = "note", .drop_priority = 7},
  };
  view.footer = {.as_of = "2026-04-17",
                 .sources = {"FINRA CNMS 2026-04-17", "day flat file 2026-04-17"},
                 .denominator = "FINRA facility total",
                 .coverage = "2 of 2 symbols",
                 .disclaimer = true};
  return view;
}

/// The sample with sections, averages, a panel of facts and definitions.
inline TableView sectioned_view() {
  TableView view = sample_view();
  view.columns = {
      {.column = "ticker", .drop_priority = 0},
      {.column = "trade_date", .heading = "date", .drop_priority = 0},
      {.column = "total_volume", .section = "Short sale", .average = true},
      {.column = "short_ratio",
       .percent = true,
       .drop_priority = 0,
       .section = "Short sale",
       .average = true},
      {.column = "close", .section = "Price", .average = true},
      {.column = "z", .decimals = 2, .signed_colour = true, .section = "Lit", .average = true},
      {.column = "trades", .thousands = true, .section = "Lit", .average = true},
      {.column = "streak", .section = "Lit", .average = true},
      {.column = "has_otc", .drop_priority = 6, .section = "Provenance", .average = true},
      {.column = "known_from", .drop_priority = 9, .section = "Provenance"},
      {.column = "turnover", .drop_priority = 8, .section = "Provenance", .average = true},
      {.column = "note", .drop_priority = 7, .section = "Provenance"},
  };
  view.facts = {{.name = "Sessions", .value = "2", .detail = "2026-02-23 to 2026-02-26"},
                {.name = "Short ratio", .value = "43.1%", .detail = "z -2.50"},
                {.name = "Trend", .value = "▁▃█ ▄"},
                {.name = "Newest week", .value = "none"}};
  view.definitions = {
      {.name = "short_ratio", .text = "short volume / total volume; below 1 is what it must be"},
      {.name = "z", .text = "how far from usual"}};
  return view;
}

}  // namespace offex::render
