#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "offex/views/scan_table.hpp"

#include "cli/provenance_internal.hpp"
#include "cli/scan_internal.hpp"

namespace offex::cli {
namespace {

constexpr std::array<std::string_view, 5> kQColumns{"q_o", "q_r", "q_v", "q_j", "q_p"};

render::ColumnFormat plain(std::string_view name, int decimals, int priority) {
  return {.column = std::string{name},
          .decimals = decimals,
          .thousands = true,
          .drop_priority = priority};
}

std::string plural(std::size_t count, std::string_view word) {
  return fmt::format("{} {}{}", count, word, count == 1 ? "" : "s");
}

/// Why names of the file are not tested, most frequent first.
std::string exclusions(const studies::ScanResult& result) {
  std::vector<std::size_t> order;
  for (std::size_t why = 1; why < result.excluded.size(); ++why) {
    if (result.excluded[why] > 0) order.push_back(why);
  }
  std::ranges::stable_sort(order, std::ranges::greater{},
                           [&](std::size_t why) { return result.excluded[why]; });
  std::string out;
  for (const std::size_t why : order) {
    out += fmt::format("{}{} {}", out.empty() ? "Not tested: " : "; ", result.excluded[why],
                       studies::reason(static_cast<studies::Exclusion>(why)));
  }
  return out;
}

// Neighbours in the list that is shown unless other columns are asked for.
std::string section_of(std::string_view column) {
  constexpr auto kSections = std::to_array<std::pair<std::string_view, std::string_view>>(
      {{"multiple", "Volume"},
       {"dollar_volume", "Volume"},
       {"baseline_shares", "Volume"},
       {"total_volume", "Volume"},
       {kScanTrend, "Volume"},
       {"short_ratio", "Short sale"},
       {"expected_ratio", "Short sale"},
       {"z_r", "Surprise"},
       {"z_v", "Surprise"},
       {"z_p", "Surprise"},
       {"z_r_change", "Surprise"},
       {"q_o", "Chance"},
       {"q_r", "Chance"},
       {"q_v", "Chance"},
       {"q_j", "Chance"},
       {"q_p", "Chance"},
       {"p_o", "Chance"},
       {"close", "Price"},
       {"entry_open", "Price"},
       {"return", "Price"},
       {"control_return", "Price"},
       {"excess_return", "Price"},
       {"status", "Provenance"},
       {"inference_version", "Provenance"}});
  for (const auto& [name, section] : kSections) {
    if (name == column) return std::string{section};
  }
  return {};
}

}  // namespace

std::vector<render::ColumnFormat> scan_formats() {
  std::vector<render::ColumnFormat> out{
      {.column = "rank", .drop_priority = 0},
      {.column = "symbol", .drop_priority = 0},
      {.column = "tag", .drop_priority = 0},
      {.column = "grade", .drop_priority = 3},
      {.column = "streak", .drop_priority = 4},
      {.column = "history", .drop_priority = 8},
      {.column = "note", .drop_priority = 2},
      {.column = "status", .drop_priority = 9},
      {.column = "inference_version", .drop_priority = 9},
      percent("short_ratio", 2),
      percent("expected_ratio", 2),
      plain("multiple", 1, 1),
      plain("dollar_volume", 0, 4),
      plain("baseline_shares", 0, 6),
      plain("total_volume", 0, 6),
      plain("close", 2, 5),
      signed_number("z_r", 2, 1),
      signed_number("z_v", 2, 1),
      signed_number("z_p", 2, 3),
      signed_number("z_r_change", 2, 5),
      {.column = "p_o", .decimals = 6, .drop_priority = 6},
      {.column = "split_suggested", .decimals = 2, .drop_priority = 9},
      {.column = "hit_date", .heading = "hit", .drop_priority = 0},
      {.column = "sessions", .drop_priority = 2},
      plain("entry_open", 2, 4),
      {.column = std::string{kScanTrend},
       .heading = "20 sessions",
       .drop_priority = 5,
       .people_only = true},
  };
  for (const std::string_view name : kQColumns) {
    out.push_back({.column = std::string{name}, .decimals = 3, .drop_priority = 1});
  }
  for (const std::string_view name : {"return", "control_return", "excess_return"}) {
    out.push_back(percent(name, name == std::string_view{"excess_return"} ? 0 : 3));
    out.back().signed_colour = true;
  }
  for (render::ColumnFormat& format : out) format.section = section_of(format.column);
  return out;
}

void add_scan_notes(const studies::ScanResult& result, studies::RankBy by, columns::Batch& rows) {
  views::add_scan_note(result, by, rows);
}

std::string scan_title(const studies::ScanResult& result, studies::RankBy by) {
  return fmt::format(
      "Scan of {} by {}{}: {} in the file, {} tested, {} at a false discovery rate of {:g} % "
      "(about {:.1f} of them chance)",
      result.day.iso(), studies::to_string(by),
      result.status == studies::SessionStatus::Partial ? ", PARTIAL FILE" : "",
      plural(result.names, "name"), result.family,
      result.discoveries == 1 ? "1 discovery" : fmt::format("{} discoveries", result.discoveries),
      100.0 * result.rate, result.expected_by_chance);
}

std::vector<std::string> scan_notes(const studies::ScanResult& result, studies::RankBy by) {
  std::vector<std::string> out;
  out.push_back(fmt::format(
      "Beyond 3: z_v {} names (noise alone: {:.1f}), z_r {} names either way (noise alone: {:.1f})",
      result.surges.count, result.surges.expected, result.ratios.count, result.ratios.expected));
  if (result.discoveries == 0) {
    out.push_back("Nothing here can be told from chance: this is a list of the luckiest names.");
  } else if (result.discoveries < result.family) {
    out.push_back(fmt::format("From rank {} on, names cannot be told from chance (q above {:g} %)",
                              result.discoveries + 1, 100.0 * result.rate));
  }
  if (result.discoveries > 0 && by == studies::RankBy::Ratio) {
    out.push_back("One-day ratio outliers are almost pure chance; look at q before anything else.");
  }
  if (const std::string others = exclusions(result); !others.empty()) out.push_back(others);
  if (result.rejected > 0) {
    out.push_back(fmt::format("{} rejected: total of 0 or less, or short above total",
                              plural(result.rejected, "row")));
  }
  if (result.status == studies::SessionStatus::Partial) {
    out.push_back(fmt::format(
        "The file is partial: {} names where {:.0f} are usual; nothing is learnt from it",
        result.names, result.usual_rows));
  }
  if (result.after_break) {
    out.push_back(
        "Volumes changed their meaning within the last 20 sessions: variances began anew");
  }
  out.push_back(
      fmt::format("SHORT and LONG describe the reported mix, not an opinion. {}", result.version));
  return out;
}

}  // namespace offex::cli
