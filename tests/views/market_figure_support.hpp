#pragma once

#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "offex/columns/batch.hpp"
#include "offex/market/calendar.hpp"
#include "offex/render/figure.hpp"

// Small made-up answers, and ways to look into a figure.
namespace offex::views::test {

inline constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

inline market::Day day_of(const char* iso) { return market::Day::parse(iso).value(); }

inline std::vector<market::Day> sessions_of(const char* first, const char* last) {
  return market::sessions({day_of(first), day_of(last)}).value();
}

inline columns::Column numbers(std::string name, const std::vector<double>& values) {
  columns::Column out{std::move(name), columns::Type::Double};
  for (const double value : values) {
    if (std::isnan(value)) {
      out.push_missing();
    } else {
      out.push(value);
    }
  }
  return out;
}

inline columns::Column texts(std::string name, const std::vector<std::string>& values) {
  columns::Column out{std::move(name), columns::Type::Text};
  for (const std::string& value : values) out.push(value);
  return out;
}

inline columns::Column days(std::string name, const std::vector<market::Day>& values) {
  columns::Column out{std::move(name), columns::Type::Day};
  for (const market::Day value : values) out.push(value.days());
  return out;
}

/// All marks of one kind in a panel.
template <class Kind>
std::vector<Kind> marks_of(const render::Panel& panel) {
  std::vector<Kind> out;
  for (const render::Mark& mark : panel.marks) {
    if (const auto* found = std::get_if<Kind>(&mark)) out.push_back(*found);
  }
  return out;
}

/// All texts of a panel.
inline std::vector<std::string> words_of(const render::Panel& panel) {
  std::vector<std::string> out;
  for (const render::Texts& texts : marks_of<render::Texts>(panel)) {
    for (const render::Text& text : texts.texts) out.push_back(text.text);
  }
  return out;
}

inline std::vector<render::Panel> panels_of(const render::Figure& figure) {
  std::vector<render::Panel> out;
  for (const render::PanelRow& row : figure.rows) {
    out.insert(out.end(), row.panels.begin(), row.panels.end());
  }
  return out;
}

/// The panel whose title begins so; an empty one when there is none.
inline render::Panel panel_named(const render::Figure& figure, std::string_view title) {
  for (const render::Panel& panel : panels_of(figure)) {
    if (panel.title.starts_with(title)) return panel;
  }
  return {};
}

inline std::vector<std::string> titles_of(const render::Figure& figure) {
  std::vector<std::string> out;
  for (const render::Panel& panel : panels_of(figure)) {
    if (!panel.title.empty()) out.push_back(panel.title);
  }
  return out;
}

}  // namespace offex::views::test
