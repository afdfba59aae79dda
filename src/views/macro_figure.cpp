#include "offex/views/macro_figure.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "offex/market/calendar.hpp"
#include "offex/studies/nowcast.hpp"
#include "offex/studies/weekly.hpp"
#include "offex/views/clock.hpp"

#include "views/macro_panels_internal.hpp"

namespace offex::views {
namespace {

struct Entry {
  MacroPanelName name;
  NamedPanel (*make)(const MacroFigureData&, const TimeFrame&);
};

constexpr auto kEntries = std::to_array<Entry>({
    {{"short", "short ratio of an index by dollars and equally, band, coverage", true},
     &short_panel},
    {{"breadth", "names with more short volume than expected less those with less, and its z",
      true},
     &breadth_panel},
    {{"tiers", "names beyond 2 less those below -2, by size", true}, &tier_panel},
    {{"volume", "shares a week: lit, ATS, non-ATS", true}, &volume_panel},
    {{"sectors", "surprise of each sector, day by day", true}, &sector_panel},
    {{"contributions", "the 15 names that moved the index", true}, &moves_panel},
    {{"dispersion", "how far the scores of names lie apart", false}, &dispersion_panel},
    {{"discoveries", "names flagged by the scan", false}, &discovery_panel},
    {{"surges", "share of names with a surge of volume", false}, &surge_panel},
    {{"tilt", "short ratio of all names by lagged dollar weights", false}, &tilt_panel},
    {{"scores", "z of all measures of the market in one strip", false}, &score_panel},
});

constexpr auto kNames = [] {
  std::array<MacroPanelName, kEntries.size()> out{};
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = kEntries[i].name;
  return out;
}();

/// SPX, or the index with most members; nothing without a list of members.
std::optional<market::Symbol> usual_index(const std::vector<store::Constituent>& members) {
  std::map<market::Symbol, std::size_t> counts;
  for (const store::Constituent& member : members) ++counts[member.index];
  std::optional<market::Symbol> out;
  std::size_t most = 0;
  for (const auto& [index, count] : counts) {
    if (index.view() == "SPX") return index;
    if (count > most) {
      most = count;
      out = index;
    }
  }
  return out;
}

Result<std::optional<IndexFigureData>> index_of(const store::Reader& reader,
                                                const MacroFigureRequest& request) {
  std::optional<market::Symbol> index = request.index;
  if (!index) {
    OFFEX_ASSIGN(const auto members, reader.constituents(request.as_of));
    index = usual_index(members);
  }
  if (!index) return std::optional<IndexFigureData>{};
  studies::IndexRequest rows;
  rows.index = *index;
  rows.days = request.days;
  rows.as_of = request.as_of;
  rows.proxies = request.proxies;
  OFFEX_ASSIGN(IndexFigureData out, load_index_rows(reader, rows));
  return std::optional{std::move(out)};
}

Result<columns::Batch> rows_of(const store::Reader& reader, const MacroFigureRequest& request) {
  studies::MacroRequest out;
  out.days = request.days;
  out.as_of = request.as_of;
  out.kinds = {studies::MacroKind::Market, studies::MacroKind::Tier, studies::MacroKind::Sector};
  out.proxies = request.proxies;
  out.threads = request.threads;
  return studies::macro(reader, out);
}

Result<std::vector<WeekVolume>> weeks_of(const store::Reader& reader,
                                         const MacroFigureRequest& request) {
  const market::DayRange mondays{market::week_start(request.days.first),
                                 market::week_start(request.days.last)};
  studies::WeeklyRequest weekly;
  weekly.weeks = mondays;
  // A week counts from its publication, which a stored file may promise for later.
  weekly.as_of = request.now;
  OFFEX_ASSIGN(const columns::Batch published, studies::weekly_metrics(reader, weekly));
  studies::NowcastRequest pending;
  pending.weeks = mondays;
  pending.as_of = request.now;
  OFFEX_ASSIGN(const columns::Batch expected, studies::nowcast(reader, pending));
  return week_volumes(published, expected);
}

std::vector<std::string> definitions(const MacroFigureData& data) {
  std::vector<std::string> out{
      "Breadth: (names with a ratio surprise above 1 less those below -1) / names that can be "
      "tested; by size: the same beyond 2, of thirds by dollar volume. z: one step ahead of the "
      "series' own past; of 20 sessions one is beyond 2 by chance. Sectors: one score a sector, "
      "centred on the market."};
  if (data.index) {
    for (std::string& note : ratio_notes()) out.push_back(std::move(note));
  }
  out.emplace_back(
      "Weekly volume: names with bars; hatched: not published yet, expected from the daily files.");
  out.push_back(std::string{shades_text()} + " Nothing here is a tested market-timing signal.");
  return out;
}

}  // namespace

std::span<const MacroPanelName> macro_panels() { return kNames; }

Result<MacroFigureData> load_macro_figure(const store::Reader& reader,
                                          const MacroFigureRequest& request) {
  MacroFigureData out;
  OFFEX_ASSIGN(out.sessions, market::sessions(request.days));
  if (out.sessions.empty()) {
    return fail(
        base::ErrorCode::NotFound,
        fmt::format("no session from {} to {}", request.days.first.iso(), request.days.last.iso()));
  }
  OFFEX_ASSIGN(out.rows, rows_of(reader, request));
  OFFEX_ASSIGN(out.index, index_of(reader, request));
  OFFEX_ASSIGN(out.weeks, weeks_of(reader, request));
  OFFEX_ASSIGN(out.strip, clock_strip(reader, request.now));
  return out;
}

Result<render::Figure> macro_figure(const MacroFigureData& data,
                                    const MacroFigureOptions& options) {
  const TimeFrame frame{data.sessions};
  std::vector<std::string> names = options.panels;
  std::vector<std::string_view> known;
  for (const MacroPanelName& panel : kNames) {
    known.push_back(panel.name);
    if (options.panels.empty() && panel.usual) names.emplace_back(panel.name);
  }
  std::vector<NamedPanel> panels;
  for (const std::string& name : names) {
    const auto entry =
        std::ranges::find(kEntries, name, [](const Entry& one) { return one.name.name; });
    if (entry == kEntries.end()) return std::unexpected{unknown_panel(name, known)};
    panels.push_back(entry->make(data, frame));
  }
  render::Figure out;
  out.title = fmt::format("The market, {} to {}", frame.sessions.front().iso(),
                          frame.sessions.back().iso());
  out.subtitle = market_line(data, frame);
  out.strip = data.strip;
  out.width = frame.width();
  out.right_margin = kTimeRight;
  out.rows = stack_panels(std::move(panels), frame);
  render::Footer footer = options.footer;
  const std::vector<std::string> notes = definitions(data);
  footer.notes.insert(footer.notes.begin(), notes.begin(), notes.end());
  out.small_print = render::footer_lines(footer);
  return out;
}

}  // namespace offex::views
