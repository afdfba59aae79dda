#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <unordered_set>

#include <fmt/format.h>

#include "sim/listing_internal.hpp"
#include "sim/random_internal.hpp"
#include "sim/real_math_internal.hpp"
#include "sim/reference_internal.hpp"
#include "sim/weekly_pages_internal.hpp"

namespace offex::sim {
namespace {

constexpr std::uint64_t kInterestStream = 0x51000000;
constexpr int kPublicationSessions = 7;

struct FacilityCode {
  Venue venue;
  std::string_view market;
  std::string_view code;
};
constexpr std::array<FacilityCode, kNumVenues> kFacilityCodes{{{Venue::Carteret, "Q", "NQTRF"},
                                                               {Venue::Nyse, "N", "NYTRF"},
                                                               {Venue::Chicago, "B", "NCTRF"},
                                                               {Venue::Adf, "D", "ADF"},
                                                               {Venue::Otc, "O", "ORF"}}};

/// Appends an item to the last of `pages`, or to a new one when that is full.
std::string& next_item(std::vector<FileText>& pages) {
  if (pages.empty() || pages.back().rows == kPageRows) {
    if (!pages.empty()) pages.back().text += "]\n";
    pages.emplace_back().text = "[";
  } else {
    pages.back().text.push_back(',');
  }
  ++pages.back().rows;
  return pages.back().text;
}

void end_pages(std::vector<FileText>& pages) {
  if (pages.empty()) pages.emplace_back().text = "[";
  pages.back().text += "]\n";
}

template <class Row>
void for_each_facility_row(const std::vector<Security>& universe,
                           const std::vector<Trading>& trading, Row row) {
  for (std::size_t i = 0; i < universe.size(); ++i) {
    for (const FacilityCode& code : kFacilityCodes) {
      const ShortVolume& volume = trading[i].venues[static_cast<std::size_t>(code.venue)];
      if (volume.total > 0) row(universe[i], code, volume);
    }
  }
}

std::string created(market::Day day) {
  const market::CivilDate date = day.civil();
  return fmt::format("File Creation Time: {:02}{:02}{:04}21:31", date.month, date.day, date.year);
}

std::string_view yes_no(bool value) { return value ? "Y" : "N"; }

/// `BRK.B` is BRKB in short interest, `ABRpD` is ABRPRD.
std::string interest_symbol(const Security& security) {
  std::string out;
  for (const char byte : security.symbol.view()) {
    if (byte == 'p') {
      out += "PR";
    } else if (byte != '.') {
      out.push_back(byte >= 'a' ? static_cast<char>(byte - 'a' + 'A') : byte);
    }
  }
  return out;
}

std::string_view market_class(const Security& security) {
  if (security.kind == Kind::Otc) return "OTC";
  const char code = listing_of(security).code;
  if (code == 'Q') return "NNM";
  return code == 'P' ? "ARCA" : "NYSE";
}

bool lives(const Security& security, int session) {
  return security.first_session <= session && session <= security.last_session;
}

}  // namespace

FileText nasdaq_directory(const std::vector<Security>& universe, market::Day day) {
  FileText out{.text =
                   "Symbol|Security Name|Market Category|Test Issue|Financial Status|"
                   "Round Lot Size|ETF|NextShares\r\n"};
  for (const Security& security : universe) {
    if (security.kind == Kind::Otc || listing_of(security).code != 'Q') continue;
    out.text += fmt::format("{}|{}|Q|{}|N|100|N|N\r\n", security.symbol.view(), name_of(security),
                            yes_no(security.kind == Kind::TestIssue));
    ++out.rows;
  }
  out.text += created(day) + "|||||||\r\n";
  return out;
}

FileText other_directory(const std::vector<Security>& universe, market::Day day) {
  FileText out{.text =
                   "ACT Symbol|Security Name|Exchange|CQS Symbol|ETF|Round Lot Size|"
                   "Test Issue|NASDAQ Symbol\r\n"};
  for (const Security& security : universe) {
    const Listing listing = listing_of(security);
    if (security.kind == Kind::Otc || listing.code == 'Q') continue;
    const auto nasdaq = market::spell(security.symbol, market::SymbolStyle::Nasdaq);
    out.text += fmt::format(
        "{}|{}|{}|{}|{}|{}|{}|{}\r\n", weekly_symbol(security), name_of(security), listing.code,
        security.symbol.view(), yes_no(security.kind == Kind::Fund),
        security.first_price > 10'000.0 ? 1 : 100, yes_no(security.kind == Kind::TestIssue),
        nasdaq ? nasdaq->view() : security.symbol.view());
    ++out.rows;
  }
  out.text += created(day) + "||||||\r\n";
  return out;
}

std::vector<FileText> reg_sho_pages(const std::vector<Security>& universe, market::Day day,
                                    const std::vector<Trading>& trading) {
  std::vector<FileText> pages;
  const std::string iso = day.iso();
  for_each_facility_row(
      universe, trading,
      [&](const Security& security, const FacilityCode& code, const ShortVolume& volume) {
        std::string& out = next_item(pages);
        out += "{\"tradeReportDate\":\"" + iso;
        out += "\",\"securitiesInformationProcessorSymbolIdentifier\":\"";
        out += security.finra_symbol;
        out += "\",\"shortParQuantity\":";
        append_shares(out, volume.short_volume);
        out += ",\"shortExemptParQuantity\":";
        append_shares(out, volume.exempt);
        out += ",\"totalParQuantity\":";
        append_shares(out, volume.total);
        out += fmt::format(",\"marketCode\":\"{}\",\"reportingFacilityCode\":\"{}\"}}", code.market,
                           code.code);
      });
  end_pages(pages);
  return pages;
}

FileText reg_sho_csv(const std::vector<Security>& universe, market::Day day,
                     const std::vector<Trading>& trading) {
  FileText out{.text =
                   "\"tradeReportDate\",\"securitiesInformationProcessorSymbolIdentifier\","
                   "\"shortParQuantity\",\"shortExemptParQuantity\",\"totalParQuantity\","
                   "\"marketCode\",\"reportingFacilityCode\"\n"};
  const std::string iso = day.iso();
  for_each_facility_row(
      universe, trading,
      [&](const Security& security, const FacilityCode& code, const ShortVolume& volume) {
        out.text += fmt::format("\"{}\",\"{}\",\"", iso, security.finra_symbol);
        append_shares(out.text, volume.short_volume);
        out.text += "\",\"";
        append_shares(out.text, volume.exempt);
        out.text += "\",\"";
        append_shares(out.text, volume.total);
        out.text += fmt::format("\",\"{}\",\"{}\"\n", code.market, code.code);
        ++out.rows;
      });
  return out;
}

FileText threshold_reply(const std::vector<Security>& universe, market::Day day,
                         const std::vector<Trading>& trading) {
  std::vector<FileText> pages;
  for (std::size_t i = 0; i < universe.size(); ++i) {
    const Security& security = universe[i];
    const bool traded = trading[i].facility_volume() > 0;
    const bool otc = security.kind == Kind::Otc;
    if (!traded || i % (otc ? 3 : 97) != 0 || pages.size() > 1) continue;
    next_item(pages) += fmt::format(
        "{{\"tradeDate\":\"{}\",\"issueSymbolIdentifier\":\"{}\",\"issueName\":\"{}\","
        "\"regShoThresholdFlag\":\"Y\",\"marketCategoryCode\":\"{}\"}}",
        day.iso(), weekly_symbol(security), name_of(security), otc ? "u" : "N");
  }
  end_pages(pages);
  return pages.front();
}

std::vector<FileText> short_interest_pages(const MarketSpec& spec,
                                           const std::vector<Security>& universe,
                                           market::Day settlement, int session) {
  std::vector<FileText> pages;
  std::unordered_set<std::string> spellings;
  for (std::size_t i = 0; i < universe.size(); ++i) {
    const Security& security = universe[i];
    if (!lives(security, session) || security.kind == Kind::TestIssue) continue;
    // In capitals and without marks two securities can look the same; the list names one.
    if (!spellings.insert(interest_symbol(security)).second) continue;
    Random stable{spec.seed, kInterestStream + i};
    Random random{spec.seed, kInterestStream + i, static_cast<std::uint64_t>(settlement.days())};
    const double daily = portable_exp(security.log_volume);
    const double cover = portable_exp(0.9 + 0.7 * stable.normal());
    const auto average = static_cast<std::int64_t>(daily) + 1;
    const auto before = static_cast<std::int64_t>(daily * cover) + 1;
    const double drift = std::clamp(0.12 * random.fat_tailed(), -0.6, 1.5);
    const auto now = before + static_cast<std::int64_t>(static_cast<double>(before) * drift);
    const double ratio = static_cast<double>(now) / static_cast<double>(average);
    const double percent = 100.0 * static_cast<double>(now - before) / static_cast<double>(before);
    next_item(pages) += fmt::format(
        "{{\"settlementDate\":\"{}\",\"symbolCode\":\"{}\",\"issueName\":\"{}\","
        "\"marketClassCode\":\"{}\",\"currentShortPositionQuantity\":{},"
        "\"previousShortPositionQuantity\":{},\"changePreviousNumber\":{},\"changePercent\":{:.2f},"
        "\"averageDailyVolumeQuantity\":{},\"daysToCoverQuantity\":{:.2f},\"revisionFlag\":{},"
        "\"stockSplitFlag\":null}}",
        settlement.iso(), interest_symbol(security), name_of(security), market_class(security), now,
        before, now - before, percent, average, std::max(ratio, 1.0),
        random.chance(0.01) ? "\"R\"" : "null");
  }
  end_pages(pages);
  return pages;
}

std::vector<Settlement> settlements(const std::vector<market::Day>& sessions) {
  std::vector<Settlement> out;
  const auto count = static_cast<int>(sessions.size());
  for (int i = 0; i + 1 < count; ++i) {
    const market::CivilDate today = sessions[static_cast<std::size_t>(i)].civil();
    const market::CivilDate next = sessions[static_cast<std::size_t>(i) + 1].civil();
    const bool month_end = today.month != next.month;
    const bool middle = today.day <= 15 && (month_end || next.day > 15);
    if ((month_end || middle) && i + kPublicationSessions < count) {
      out.push_back({.day = sessions[static_cast<std::size_t>(i)], .session = i});
    }
  }
  return out;
}

Result<void> write_reference(const MarketSpec& spec, const std::vector<Security>& universe,
                             const std::vector<market::Day>& sessions,
                             const std::vector<Trading>& trading, Writer& writer) {
  const auto& folder = writer.out().reference_dir;
  const auto& api = writer.out().finra_api_dir;
  const market::Day day = sessions.back();
  OFFEX_TRY(writer.put(folder / "nasdaqlisted.txt", nasdaq_directory(universe, day)));
  OFFEX_TRY(writer.put(folder / "otherlisted.txt", other_directory(universe, day)));
  OFFEX_TRY(writer.put(folder / "exchanges.json", exchanges_reply()));
  OFFEX_TRY(writer.put(folder / "conditions.json", conditions_reply()));
  std::size_t page = 0;
  for (const FileText& text : reg_sho_pages(universe, day, trading)) {
    OFFEX_TRY(writer.put(api / fmt::format("regShoDaily_{}_{:04}.json", day.iso(), ++page), text));
  }
  OFFEX_TRY(writer.put(api / fmt::format("regShoDaily_{}.csv", day.iso()),
                       reg_sho_csv(universe, day, trading)));
  OFFEX_TRY(writer.put(api / fmt::format("thresholdList_{}.json", day.iso()),
                       threshold_reply(universe, day, trading)));
  for (const Settlement& settlement : settlements(sessions)) {
    page = 0;
    for (const FileText& text :
         short_interest_pages(spec, universe, settlement.day, settlement.session)) {
      const std::string name =
          fmt::format("consolidatedShortInterest_{}_{:04}.json", settlement.day.iso(), ++page);
      OFFEX_TRY(writer.put(api / name, text));
    }
  }
  return {};
}

}  // namespace offex::sim
