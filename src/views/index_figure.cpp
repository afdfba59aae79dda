#include "offex/views/index_figure.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "offex/columns/cells.hpp"
#include "offex/market/calendar.hpp"
#include "offex/studies/load.hpp"
#include "offex/views/clock.hpp"

#include "views/time_panels_internal.hpp"

namespace offex::views {
namespace {

using render::Ink;

constexpr std::array<std::string_view, 5> kPanels{"ratio", "z", "percentile", "price",
                                                  "contributions"};
constexpr double kDollarsPerNano = 1e-9;

Result<PriceHistory> load_price(const store::Reader& reader, const std::string& symbol,
                                const IndexFigureData& data, std::optional<market::Instant> as_of) {
  PriceHistory out;
  out.symbol = symbol;
  if (symbol.empty() || data.sessions.empty()) return out;
  const std::array<market::Symbol, 1> wanted{market::Symbol::from_trusted(symbol)};
  OFFEX_ASSIGN(const studies::Axis axis, studies::store_axis(reader, wanted));
  if (axis.codes.empty()) return out;
  out.days = data.sessions;
  for (auto* prices : {&out.open, &out.high, &out.low, &out.close}) {
    prices->assign(out.days.size(), kMissing);
  }
  const store::Scan scan{
      .days = {out.days.front(), out.days.back()}, .as_of = as_of, .symbols = axis.codes};
  OFFEX_TRY(reader.scan_bars(scan, [&](const store::BarChunk& chunk) {
    const auto put = [&](const store::ChunkColumn<std::int64_t>& from, std::size_t row,
                         std::size_t at, std::vector<double>& to) {
      if (from.valid(row)) to[at] = kDollarsPerNano * static_cast<double>(from.values[row]);
    };
    for (std::size_t row = 0; row < chunk.rows; ++row) {
      const market::Day day = market::Day::from_days(chunk.day.values[row]);
      const auto found = std::ranges::lower_bound(out.days, day);
      if (found == out.days.end() || *found != day) continue;
      const auto at = static_cast<std::size_t>(found - out.days.begin());
      put(chunk.open, row, at, out.open);
      put(chunk.high, row, at, out.high);
      put(chunk.low, row, at, out.low);
      put(chunk.close, row, at, out.close);
    }
  }));
  return out;
}

std::vector<double> shown(const IndexFigureData& data, const TimeFrame& frame,
                          std::string_view column) {
  return frame.points.means(by_session(data.rows, column, frame.sessions));
}

NamedPanel z_panel(const IndexFigureData& data, const TimeFrame& frame) {
  constexpr double kHeight = 13.0;
  render::Panel out{.title = "Surprise of the ratio"};
  out.y.unit = render::Unit::Signed;
  const std::vector<double> z = shown(data, frame, "dollar_weighted_short_ratio_z");
  if (!any_value(z)) {
    return {
        {{kEmptyHeight,
          {empty_panel(out.title, "no z-score yet: it needs a history of the ratio by dollars")}}}};
  }
  std::vector<bool> unusual;
  unusual.reserve(z.size());
  for (const double value : z) unusual.push_back(std::fabs(value) > kUnusualZ);
  const Limits limits = limits_of({z}, true);
  const std::vector<double> x{-0.7, static_cast<double>(z.size()) - 0.3};
  out.note = "z against its own past; in colour: beyond 2";
  out.marks = {signed_bars(z, &unusual), render::Rule{.at = 0.0}};
  for (const double bound : {-kUnusualZ, kUnusualZ}) {
    out.marks.emplace_back(render::Rule{.at = bound, .dash = render::Dash::Dotted});
  }
  out.marks.emplace_back(end_labels({{last_of(z), "z " + signed_text(last_of(z)), Ink::Text}},
                                    frame.end(), limits, kHeight * render::kInchesPerShare));
  frame_panel(out, frame, limits);
  return {{{kHeight, {std::move(out)}}}};
}

NamedPanel percentile_panel(const IndexFigureData& data, const TimeFrame& frame) {
  constexpr double kHeight = 10.0;
  render::Panel out{.title = "Percentile of the ratio"};
  out.y.unit = render::Unit::Percent;
  out.y.ticks = {{0.0, "0%"}, {0.5, "50%"}, {1.0, "100%"}};
  const std::vector<double> values = shown(data, frame, "dollar_weighted_short_ratio_percentile");
  if (!any_value(values)) {
    return {
        {{kEmptyHeight,
          {empty_panel(out.title,
                       fmt::format("needs {} sessions of history before the first that is shown",
                                   studies::kIndexPercentileValues))}}}};
  }
  const Limits limits{-0.04, 1.04};
  const double last = last_of(values);
  out.note = "among the 252 sessions before";
  add_line({.x = frame.points.x(), .y = values, .width = 1.6}, out.marks);
  out.marks.emplace_back(end_labels({{last, percent_text(last, 0), Ink::Text}}, frame.end(), limits,
                                    kHeight * render::kInchesPerShare));
  frame_panel(out, frame, limits);
  return {{{kHeight, {std::move(out)}}}};
}

/// Bars of a week: the first open, the extremes, the last close.
render::PriceBars price_bars(const PriceHistory& price, const TimeFrame& frame) {
  render::PriceBars out;
  out.x = frame.points.x();
  for (auto* values : {&out.open, &out.high, &out.low, &out.close}) {
    values->assign(out.x.size(), kMissing);
  }
  for (std::size_t i = 0; i < price.days.size(); ++i) {
    const auto span = frame.points.span(price.days[i], price.days[i]);
    if (!span || std::isnan(price.close[i])) continue;
    const std::size_t at = span->first;
    if (std::isnan(out.open[at])) out.open[at] = price.open[i];
    out.high[at] = std::fmax(out.high[at], price.high[i]);
    out.low[at] = std::fmin(out.low[at], price.low[i]);
    out.close[at] = price.close[i];
  }
  return out;
}

NamedPanel price_panel(const IndexFigureData& data, const TimeFrame& frame) {
  constexpr double kHeight = 20.0;
  const PriceHistory& price = data.price;
  render::Panel out{.title =
                        price.symbol.empty() ? "Price" : fmt::format("Price of {}", price.symbol)};
  out.y.unit = render::Unit::Price;
  if (!any_value(price.close)) {
    return {{{kEmptyHeight,
              {empty_panel(out.title, fmt::format("no bars of {}: offex import BARS",
                                                  price.symbol.empty() ? data.index.view()
                                                                       : price.symbol))}}}};
  }
  const render::PriceBars bars = price_bars(price, frame);
  const Limits limits = limits_of({bars.low, bars.high});
  const double last = last_of(bars.close);
  if (price.symbol != data.index.view()) {
    out.note = fmt::format("stands for {}; unadjusted", data.index.view());
  }
  out.marks = {bars, end_labels({{last, fmt::format("{:.2f}", last), Ink::Text}}, frame.end(),
                                limits, kHeight * render::kInchesPerShare)};
  frame_panel(out, frame, limits);
  return {{{kHeight, {std::move(out)}}}};
}

Result<NamedPanel> panel_of(std::string_view name, const IndexFigureData& data,
                            const TimeFrame& frame) {
  if (name == "ratio") return ratio_panel(data, frame);
  if (name == "z") return z_panel(data, frame);
  if (name == "percentile") return percentile_panel(data, frame);
  if (name == "price") return price_panel(data, frame);
  if (name == "contributions") return contribution_panel(data);
  return std::unexpected{unknown_panel(name, {kPanels.begin(), kPanels.end()})};
}

}  // namespace

std::span<const std::string_view> index_panels() { return kPanels; }

Result<IndexFigureData> load_index_rows(const store::Reader& reader,
                                        const studies::IndexRequest& request) {
  IndexFigureData out;
  out.index = request.index;
  OFFEX_ASSIGN(const auto known, reader.daily_range(request.as_of));
  if (!known) return fail(base::ErrorCode::NotFound, "the store has no daily data then");
  studies::IndexRequest with_past = request;
  const int past = static_cast<int>(studies::kIndexPercentileSessions);
  with_past.days.first = std::max(
      known->first, market::session_before(request.days.first, past).value_or(known->first));
  with_past.days.first = std::min(with_past.days.first, request.days.first);
  OFFEX_ASSIGN(out.rows, studies::index_table(reader, with_past));
  OFFEX_ASSIGN(out.sessions, market::sessions(request.days));
  OFFEX_ASSIGN(out.parts, studies::index_contributions(reader, request));
  return out;
}

Result<IndexFigureData> load_index_figure(const store::Reader& reader,
                                          const IndexFigureRequest& request) {
  OFFEX_ASSIGN(IndexFigureData out, load_index_rows(reader, request.index));
  std::string symbol;
  for (std::size_t row = 0; row < out.rows.num_rows(); ++row) {
    symbol = columns::text_of(out.rows, "index_price_symbol", row);
  }
  OFFEX_ASSIGN(out.price, load_price(reader, symbol, out, request.index.as_of));
  OFFEX_ASSIGN(out.strip, clock_strip(reader, request.now));
  return out;
}

Result<render::Figure> index_figure(const IndexFigureData& data,
                                    const IndexFigureOptions& options) {
  const TimeFrame frame{data.sessions};
  std::vector<NamedPanel> panels;
  std::vector<std::string> names = options.panels;
  if (names.empty()) names.assign(kPanels.begin(), kPanels.end());
  for (const std::string& name : names) {
    OFFEX_ASSIGN(NamedPanel panel, panel_of(name, data, frame));
    panels.push_back(std::move(panel));
  }
  render::Figure out;
  out.title = fmt::format("{}, short ratio of its members", data.index.view());
  out.subtitle = fmt::format("{} to {}, {}", frame.sessions.front().iso(),
                             frame.sessions.back().iso(), sessions_text(frame));
  out.strip = data.strip;
  out.width = frame.width();
  out.right_margin = kTimeRight;
  out.rows = stack_panels(std::move(panels), frame);
  render::Footer footer = options.footer;
  std::vector<std::string> notes = ratio_notes();
  notes.emplace_back(shades_text());
  footer.notes.insert(footer.notes.begin(), notes.begin(), notes.end());
  out.small_print = render::footer_lines(footer);
  return out;
}

}  // namespace offex::views
