#include <algorithm>
#include <numeric>

#include <fmt/compile.h>
#include <fmt/format.h>

#include "offex/market/calendar.hpp"
#include "offex/market/instant.hpp"

#include "sim/files_internal.hpp"

namespace offex::sim {
namespace {

constexpr std::string_view kShortHeader =
    "Date|Symbol|ShortVolume|ShortExemptVolume|TotalVolume|Market\r\n";

// FINRA's order of the letters in a consolidated row.
struct Letter {
  Venue venue;
  char letter;
};
constexpr std::array<Letter, 4> kLetters{
    {{Venue::Chicago, 'B'}, {Venue::Carteret, 'Q'}, {Venue::Nyse, 'N'}, {Venue::Adf, 'D'}}};
constexpr std::array<std::string_view, kNumVenues> kVenueLetter{"Q", "N", "B", "D", "O"};

ShortVolume listed_sum(const Trading& trading) {
  ShortVolume sum;
  for (const Letter& entry : kLetters) {
    const ShortVolume& row = trading.venues[static_cast<std::size_t>(entry.venue)];
    sum.short_volume += row.short_volume;
    sum.exempt += row.exempt;
    sum.total += row.total;
  }
  return sum;
}

/// Letters of the facilities that have volume, at most "B,Q,N,D".
std::string_view letters_of(const Trading& trading, std::array<char, 8>& buffer) {
  std::size_t size = 0;
  for (const Letter& entry : kLetters) {
    if (trading.venues[static_cast<std::size_t>(entry.venue)].total == 0) continue;
    if (size > 0) buffer[size++] = ',';
    buffer[size++] = entry.letter;
  }
  return {buffer.data(), size};
}

template <class Key>
std::vector<std::size_t> sorted_by(const std::vector<Security>& universe, Key key) {
  std::vector<std::size_t> order(universe.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t index) { return key(universe[index]); });
  return order;
}

}  // namespace

ShortFiles::ShortFiles(const std::vector<Security>& universe)
    : universe_{universe}, order_{sorted_by(universe, [](const Security& security) {
        return std::string_view{security.finra_symbol};
      })} {}

void ShortFiles::append_row(FileText& file, const Security& security, const ShortVolume& row,
                            std::string_view market) {
  std::string& out = file.text;
  out += day_prefix_;
  out += security.finra_symbol;
  out.push_back('|');
  append_shares(out, row.short_volume);
  out.push_back('|');
  append_shares(out, row.exempt);
  out.push_back('|');
  append_shares(out, row.total);
  out.push_back('|');
  out += market;
  out += "\r\n";
  ++file.rows;
}

void ShortFiles::write(market::Day day, const std::vector<Trading>& trading) {
  day_prefix_ = day.compact() + "|";
  for (FileText& file : files_) {
    file.text = kShortHeader;
    file.rows = 0;
  }
  std::array<char, 8> buffer{};
  for (const std::size_t index : order_) {
    const Trading& row = trading[index];
    for (std::size_t venue = 0; venue < kNumVenues; ++venue) {
      if (row.venues[venue].total == 0) continue;
      append_row(files_[venue], universe_[index], row.venues[venue], kVenueLetter[venue]);
    }
    const ShortVolume sum = listed_sum(row);
    if (sum.total == 0) continue;
    append_row(files_[kConsolidated], universe_[index], sum, letters_of(row, buffer));
  }
  for (FileText& file : files_) file.text += fmt::format("{}\r\n", file.rows);
}

BarFiles::BarFiles(const std::vector<Security>& universe)
    : universe_{universe},
      order_{sorted_by(universe, [](const Security& security) { return security.symbol.view(); })} {
}

void BarFiles::write_flat(market::Day day, const std::vector<Trading>& trading) {
  std::string& out = flat_.text;
  out = "ticker,volume,open,close,high,low,window_start,transactions\n";
  flat_.rows = 0;
  const std::string start = fmt::format(",{},", market::from_new_york(day, 0).nanos());
  for (const std::size_t index : order_) {
    const Trading& row = trading[index];
    if (row.volume == 0) continue;
    out += universe_[index].symbol.view();
    out.push_back(',');
    append_shares(out, row.volume);
    for (const std::int64_t price : {row.open, row.close, row.high, row.low}) {
      out.push_back(',');
      append_dollars(out, price);
    }
    out += start;
    append_int(out, row.transactions);
    out.push_back('\n');
    ++flat_.rows;
  }
}

void BarFiles::write_grouped(market::Day day, const std::vector<Trading>& trading) {
  std::string items;
  grouped_.rows = 0;
  const auto hours = market::session_hours(day);
  const std::int64_t end_millis = hours ? hours->close.nanos() / 1'000'000 : 0;
  for (const std::size_t index : order_) {
    const Trading& row = trading[index];
    if (row.volume == 0) continue;
    items += grouped_.rows == 0 ? "{\"T\":\"" : ",{\"T\":\"";
    items += universe_[index].symbol.view();
    items += "\",\"v\":";
    append_shares(items, row.volume);
    const std::array<std::pair<std::string_view, std::int64_t>, 5> prices{
        {{",\"vw\":", (row.high + row.low + row.close) / 3},
         {",\"o\":", row.open},
         {",\"c\":", row.close},
         {",\"h\":", row.high},
         {",\"l\":", row.low}}};
    for (const auto& [key, price] : prices) {
      items += key;
      append_dollars(items, price);
    }
    items += fmt::format(FMT_COMPILE(",\"t\":{},\"n\":{}}}"), end_millis, row.transactions);
    ++grouped_.rows;
  }
  grouped_.text = fmt::format(
      "{{\"queryCount\":{0},\"resultsCount\":{0},\"adjusted\":false,\"results\":[{1}],"
      "\"status\":\"OK\",\"request_id\":\"simulated\",\"count\":{0}}}\n",
      grouped_.rows, items);
}

bool apply_correction(std::vector<Trading>& trading) {
  constexpr std::size_t kEvery = 40;
  bool changed = false;
  std::size_t seen = 0;
  for (Trading& row : trading) {
    ShortVolume& venue = row.venues[static_cast<std::size_t>(Venue::Carteret)];
    if (venue.total < 1'000 * kShare || seen++ % kEvery != 0) continue;
    venue.total -= venue.total / kShare / 10 * kShare;
    venue.short_volume = std::min(venue.short_volume, venue.total);
    venue.exempt = std::min(venue.exempt, venue.short_volume);
    changed = true;
  }
  return changed;
}

FileText constituents_text(const std::vector<Security>& universe,
                           const std::vector<market::Day>& sessions) {
  FileText out{.text = "index_symbol,symbol,from,to\n"};
  std::vector<std::size_t> members = index_members(universe);
  const bool swaps = members.size() > 3 && sessions.size() > 1;
  const std::size_t middle = sessions.size() / 2;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const bool leaves = swaps && i + 2 == members.size();
    const bool joins = swaps && i + 1 == members.size();
    out.text += fmt::format("{},{},{},{}\n", kIndexName, universe[members[i]].symbol.view(),
                            joins ? sessions[middle].iso() : sessions.front().iso(),
                            leaves ? sessions[middle - 1].iso() : "");
    ++out.rows;
  }
  return out;
}

FileText securities_text(const std::vector<Security>& universe,
                         const std::vector<market::Day>& sessions) {
  FileText out{.text =
                   "symbol,name,type,sector,industry,market_cap,shares_outstanding,known_from\n"};
  for (const Security& security : universe) {
    const auto cents = static_cast<std::int64_t>(security.first_price * 100.0);
    const std::int64_t value = security.shares_outstanding / 100 * cents;
    const auto first = static_cast<std::size_t>(security.first_session);
    out.text += fmt::format("{0},Simulated {0},{1},{2},,{3},{4},{5}\n", security.symbol.view(),
                            to_string(security.kind), security.sector, value,
                            security.shares_outstanding, sessions[first].iso());
    ++out.rows;
  }
  return out;
}

FileText truth_text(const std::vector<Security>& universe, const std::vector<Episode>& episodes,
                    const std::vector<market::Day>& sessions) {
  FileText out{.text = "symbol,first,last,kind,strength\n"};
  for (const Episode& episode : episodes) {
    out.text +=
        fmt::format("{},{},{},{},{:.2f}\n", universe[episode.security].symbol.view(),
                    sessions[static_cast<std::size_t>(episode.first)].iso(),
                    sessions[static_cast<std::size_t>(episode.last)].iso(),
                    episode.accumulation ? "accumulation" : "distribution", episode.strength);
    ++out.rows;
  }
  return out;
}

}  // namespace offex::sim
