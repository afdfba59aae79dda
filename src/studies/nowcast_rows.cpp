#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "offex/studies/load.hpp"
#include "offex/studies/nowcast.hpp"
#include "offex/studies/table_rows.hpp"

#include "studies/nowcast_internal.hpp"
#include "studies/v2_stream_internal.hpp"

namespace offex::studies {
namespace {

// Weeks in memory at a time, warm-up aside: a week of the whole market is a megabyte.
constexpr std::size_t kBlockWeeks = 52;

const TableSpec& table() { return *find_table("weekly_nowcast", "v2"); }

/// Writes the rows of some weeks.
class Rows {
 public:
  Rows(const Axis& axis, const NowcastInputs& in, const NowcastPanels& panels, std::size_t first)
      : axis_{axis}, in_{in}, panels_{panels}, first_{first} {}

  void write(std::size_t symbol, TableRows& out) const {
    for (std::size_t week = first_; week < in_.weeks.size(); ++week) {
      if (std::isnan(in_.finra.at(week, symbol))) continue;
      out.set_security(axis_, symbol);
      out.set_day("week_start_date", in_.weeks[week]);
      write_inputs(week, symbol, out);
      write_nowcast((week - first_) * in_.num_symbols() + symbol, out);
      out.set("inference_version", 0.0);
      out.end_row();
    }
  }

 private:
  void write_inputs(std::size_t week, std::size_t symbol, TableRows& out) const {
    out.set("sessions", in_.sessions[week]);
    out.set("sessions_used", in_.sessions_used[week]);
    out.set("finra_volume", in_.finra.at(week, symbol));
    out.set("consolidated_volume", in_.consolidated.at(week, symbol));
    out.set("published_volume", in_.published.at(week, symbol));
  }

  void write_nowcast(std::size_t cell, TableRows& out) const {
    out.set("status", static_cast<double>(panels_.status[cell]));
    const std::int16_t tier = panels_.tier[cell];
    out.set_text("tier_identifier", tier < 0 ? "" : in_.tiers[static_cast<std::size_t>(tier)]);
    const std::array<std::pair<std::string_view, const columns::Panel*>, 10> values{
        {{"ratio", &panels_.ratio},
         {"ratio_weeks", &panels_.ratio_weeks},
         {"nowcast_volume", &panels_.volume},
         {"nowcast_share", &panels_.share},
         {"nowcast_share_low", &panels_.low},
         {"nowcast_share_high", &panels_.high},
         {"published_share", &panels_.published_share},
         {"share_error", &panels_.error},
         {"inside", &panels_.inside},
         {"last_share", &panels_.last_share}}};
    for (const auto& [name, panel] : values) {
      out.set(name, panel->cells()[cell]);
    }
    const double last = panels_.last_week.cells()[cell];
    if (!std::isnan(last)) {
      out.set_day("last_week", in_.weeks[static_cast<std::size_t>(last)]);
    }
  }

  const Axis& axis_;
  const NowcastInputs& in_;
  const NowcastPanels& panels_;
  std::size_t first_;
};

/// Symbols of the axis whose rows are asked for.
std::vector<std::size_t> wanted(const Axis& axis, const std::vector<market::Symbol>& symbols) {
  std::vector<std::size_t> out;
  for (std::size_t at = 0; symbols.empty() && at < axis.symbols.size(); ++at) {
    out.push_back(at);
  }
  for (const market::Symbol& symbol : symbols) {
    if (const auto at = position_of(axis, symbol)) {
      out.push_back(*at);
    }
  }
  std::ranges::sort(out);
  out.erase(std::ranges::unique(out).begin(), out.end());
  return out;
}

/// Blocks one after the other, each by symbol: puts the weeks of a symbol together.
columns::Batch by_symbol(const columns::Batch& rows) {
  const auto& symbols = rows.find("symbol")->values<market::Symbol>();
  std::vector<std::size_t> order(rows.num_rows());
  for (std::size_t row = 0; row < order.size(); ++row) {
    order[row] = row;
  }
  std::ranges::stable_sort(order, {}, [&](std::size_t row) { return symbols[row]; });
  columns::Batch out = RowWriter::header(table(), SymbolColumn::Name);
  for (std::size_t column = 0; column < rows.num_columns(); ++column) {
    out.column(column).reserve(order.size());
    for (const std::size_t row : order) {
      out.column(column).push_from(rows.column(column), row);
    }
  }
  return out;
}

}  // namespace

Result<columns::Batch> nowcast(const store::Reader& reader, const NowcastRequest& request) {
  // All names, because those of a tier speak for each other.
  OFFEX_ASSIGN(Axis axis, store_axis(reader));
  OFFEX_ASSIGN(axis.days, nowcast_grid(reader, request.as_of));
  TableRows rows{table(), SymbolColumn::Name};
  std::vector<SessionRange> ranges{{0, axis.days.size()}};
  if (request.weeks) {
    ranges = clip(ranges, axis.days, *request.weeks);
  }
  const std::vector<std::size_t> symbols = wanted(axis, request.symbols);
  std::size_t blocks = 0;
  for (const SessionRange& range : ranges) {
    for (const SessionRange& block : blocks_of(range, kBlockWeeks)) {
      const std::size_t first = std::min(block.begin, kNowcastWarmUp);
      const auto mondays = std::span{axis.days}.subspan(block.begin - first, first + block.size());
      OFFEX_ASSIGN(const NowcastInputs inputs, load_nowcast(reader, axis, mondays, request.as_of));
      const NowcastPanels panels = compute_nowcast(inputs, first);
      const Rows writer{axis, inputs, panels, first};
      for (const std::size_t symbol : symbols) {
        writer.write(symbol, rows);
      }
      ++blocks;
    }
  }
  const columns::Batch all = rows.take();
  return blocks > 1 ? by_symbol(all) : all;
}

}  // namespace offex::studies
