#pragma once

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "offex/market/day.hpp"
#include "offex/market/symbol.hpp"
#include "offex/store/types.hpp"
#include "offex/studies/phase_a.hpp"

#include "support/csv_table.hpp"

namespace offex::studies::test {

/// Folder with the golden tables, or the committed subset of them (inputs whole, expected rows of a
/// few symbols).
struct GoldenFolder {
  std::filesystem::path path;
  bool whole{false};

  [[nodiscard]] test_support::CsvTable read(const std::string& name) const {
    return test_support::read_csv(path / (whole ? name : name + ".gz"));
  }
};

inline GoldenFolder committed_golden() {
  return {std::filesystem::path{OFFEX_SOURCE_DIR} / "tests/data/seed_a_subset", false};
}

inline std::optional<GoldenFolder> shared_golden() {
  const char* set = std::getenv("OFFEX_SHARED");
  const std::filesystem::path root =
      set != nullptr ? std::filesystem::path{set}
                     : std::filesystem::path{OFFEX_SOURCE_DIR} / ".." / "shared";
  const auto path = root / "golden" / "seed_a";
  if (!std::filesystem::exists(path)) {
    return std::nullopt;
  }
  return GoldenFolder{path, true};
}

inline market::Day day_of(const std::string& text) { return market::Day::parse(text).value(); }
inline market::Symbol symbol_of(const std::string& text) {
  return market::Symbol::parse(text).value();
}

/// The seed's input tables as panels, without store or formats.
struct SeedInputs {
  Axis axis;
  PhaseAInputs panels{0, 0};
  std::vector<store::Constituent> constituents;
};

class SeedLoader {
 public:
  explicit SeedLoader(const GoldenFolder& golden)
      : shorts_{golden.read("short_daily.csv")},
        bars_{golden.read("bars_daily.csv")},
        lit_{golden.read("lit_direction_daily.csv")},
        weekly_{golden.read("otc_weekly.csv")},
        constituents_{golden.read("constituents.csv")} {}

  SeedInputs load() {
    make_axis();
    out_.panels = PhaseAInputs{out_.axis.days.size(), out_.axis.symbols.size()};
    for (std::size_t row = 0; row < shorts_.rows.size(); ++row) {
      const auto [day, symbol] = cell_of(shorts_, row, "trade_date");
      add(out_.panels.short_volume, day, symbol, shorts_.number(row, "short_volume"));
      add(out_.panels.short_exempt_volume, day, symbol, shorts_.number(row, "short_exempt_volume"));
      add(out_.panels.total_volume, day, symbol, shorts_.number(row, "total_volume"));
    }
    for (std::size_t row = 0; row < bars_.rows.size(); ++row) {
      const auto [day, symbol] = cell_of(bars_, row, "trade_date");
      set(out_.panels.high, day, symbol, bars_.number(row, "high"));
      set(out_.panels.low, day, symbol, bars_.number(row, "low"));
      set(out_.panels.close, day, symbol, bars_.number(row, "close"));
      set(out_.panels.vwap, day, symbol, bars_.number(row, "vwap"));
      set(out_.panels.volume, day, symbol, bars_.number(row, "volume"));
      set(out_.panels.has_bar, day, symbol, 1.0);
    }
    for (std::size_t row = 0; row < lit_.rows.size(); ++row) {
      const auto [day, symbol] = cell_of(lit_, row, "date");
      set(out_.panels.lit_buy_volume, day, symbol, lit_.number(row, "lit_buy_volume"));
      set(out_.panels.lit_sell_volume, day, symbol, lit_.number(row, "lit_sell_volume"));
    }
    load_weeks();
    for (std::size_t row = 0; row < constituents_.rows.size(); ++row) {
      out_.constituents.push_back({symbol_of(constituents_.cell(row, "index_symbol")),
                                   symbol_of(constituents_.cell(row, "symbol")),
                                   {},
                                   {},
                                   {}});
    }
    return std::move(out_);
  }

 private:
  void make_axis() {
    std::set<market::Symbol> symbols;
    std::set<market::Day> days;
    const auto collect = [&](const test_support::CsvTable& table, const char* day) {
      for (std::size_t row = 0; row < table.rows.size(); ++row) {
        symbols.insert(symbol_of(table.cell(row, "symbol")));
        days.insert(day_of(table.cell(row, day)));
      }
    };
    collect(shorts_, "trade_date");
    collect(bars_, "trade_date");
    collect(lit_, "date");
    out_.axis.days.assign(days.begin(), days.end());
    out_.axis.symbols.assign(symbols.begin(), symbols.end());
    for (std::size_t code = 0; code < symbols.size(); ++code) {
      out_.axis.codes.push_back(static_cast<std::int32_t>(code));
    }
  }

  std::pair<std::size_t, std::size_t> cell_of(const test_support::CsvTable& table, std::size_t row,
                                              const char* day) const {
    const auto at_day = std::lower_bound(out_.axis.days.begin(), out_.axis.days.end(),
                                         day_of(table.cell(row, day)));
    return {static_cast<std::size_t>(at_day - out_.axis.days.begin()),
            position(symbol_of(table.cell(row, "symbol")))};
  }

  std::size_t position(const market::Symbol& symbol) const {
    const auto found = std::lower_bound(out_.axis.symbols.begin(), out_.axis.symbols.end(), symbol);
    return static_cast<std::size_t>(found - out_.axis.symbols.begin());
  }

  static void add(columns::Panel& panel, std::size_t day, std::size_t symbol,
                  std::optional<double> value) {
    double& cell = panel.at(day, symbol);
    cell = (std::isnan(cell) ? 0.0 : cell) + value.value_or(0.0);
  }
  static void set(columns::Panel& panel, std::size_t day, std::size_t symbol,
                  std::optional<double> value) {
    panel.at(day, symbol) = value.value_or(columns::Panel::kMissing);
  }

  void load_weeks() {
    std::map<std::pair<std::size_t, market::Day>, double> sums;
    for (std::size_t row = 0; row < weekly_.rows.size(); ++row) {
      const market::Day start = day_of(weekly_.cell(row, "week_start_date"));
      const market::Symbol symbol = symbol_of(weekly_.cell(row, "symbol"));
      out_.panels.newest_week = std::max(out_.panels.newest_week.value_or(start), start);
      if (std::ranges::binary_search(out_.axis.symbols, symbol)) {
        sums[{position(symbol), start}] += weekly_.number(row, "off_exchange_volume").value_or(0.0);
      }
    }
    for (const auto& [key, volume] : sums) {
      out_.panels.weeks[key.first].push_back({key.second, volume});
    }
  }

  test_support::CsvTable shorts_, bars_, lit_, weekly_, constituents_;
  SeedInputs out_;
};

}  // namespace offex::studies::test
