#include "offex/views/compare_figure.hpp"

#include <string>

#include <fmt/format.h>

#include "offex/base/check.hpp"

#include "views/compare_internal.hpp"

namespace offex::views {
namespace {

std::string_view order_words(CompareSort sort) {
  switch (sort) {
    case CompareSort::Cluster:
      return "by sector, those that move alike side by side";
    case CompareSort::Latest:
      return "the largest newest value first";
    case CompareSort::Streak:
      return "the longest streak first";
    case CompareSort::Given:
      return "as they were asked for";
  }
  return "";
}

std::string subtitle_of(const CompareFigureData& data, const CompareGrid& grid) {
  const auto& days = data.comparison.days;
  if (grid.days.empty()) return std::string{words_of(data.metric).meaning};
  const std::size_t count = days.size() - data.first;
  const std::string range =
      count == 1 ? days.back().iso()
                 : fmt::format("{} to {}, {} sessions{}", days[data.first].iso(), days.back().iso(),
                               count, grid.weekly ? " as means of weeks" : "");
  if (data.comparison.symbols.size() < 2) {
    return fmt::format("{} · {}", words_of(data.metric).meaning, range);
  }
  return fmt::format("{} · {} · {}", words_of(data.metric).meaning, range, order_words(data.sort));
}

std::string how_to_read(const CompareFigureData& data, CompareForm form) {
  switch (form) {
    case CompareForm::Matrix:
      return fmt::format(
          "Latest: newest value shown. Streak: sessions in a row with a tag, up to the last. all: "
          "{}.",
          studies::is_score(data.metric)
              ? "score of the tickers together, their correlation allowed for"
              : "median of the tickers");
    case CompareForm::Multiples:
      return "All panels have the same axes. Band: 10th to 90th percentile of the ticker's 60 "
             "sessions before each one, at least 20 of them.";
    case CompareForm::Overlay:
      return "A line breaks where a ticker has no value.";
  }
  return "";
}

void draw_nothing(render::Figure& out) {
  render::Panel panel{.title = "",
                      .empty = "no session with a short-sale file here: offex sync short"};
  panel.x = {.low = 0.0, .high = 1.0, .labels = false, .grid = false};
  panel.y = panel.x;
  out.rows = {{.height = 20, .panels = {std::move(panel)}}};
}

}  // namespace

render::Figure compare_figure(const CompareFigureData& data, const CompareFigureOptions& options) {
  OFFEX_CHECK(check_compare_form(options.form, data.comparison.symbols.size()).has_value());
  const CompareGrid grid = compare_grid(data);
  const std::size_t count = data.comparison.symbols.size();
  render::Figure out;
  out.title =
      fmt::format("{}, {} ticker{}", words_of(data.metric).title, count, count == 1 ? "" : "s");
  out.subtitle = subtitle_of(data, grid);
  out.strip = options.strip;
  if (grid.days.empty() || count == 0) {
    draw_nothing(out);
  } else if (options.form == CompareForm::Matrix) {
    draw_matrix(data, grid, out);
  } else if (options.form == CompareForm::Multiples) {
    draw_multiples(data, grid, out);
  } else {
    draw_overlay(data, grid, out);
  }
  out.small_print = render::footer_lines(options.footer);
  out.small_print.insert(out.small_print.begin(), how_to_read(data, options.form));
  return out;
}

}  // namespace offex::views
