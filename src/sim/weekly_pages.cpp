#include <array>
#include <map>

#include <fmt/format.h>

#include "offex/market/calendar.hpp"

#include "sim/listing_internal.hpp"
#include "sim/weekly_pages_internal.hpp"

namespace offex::sim {
namespace {

constexpr std::array<std::string_view, 3> kTierTitles{"NMS Tier 1", "NMS Tier 2", "OTC"};

std::string issue_name(const Security& security, Issue issue) {
  return issue == Issue::OtherName ? "Formerly " + name_of(security) : name_of(security);
}

std::string_view product_of(const Security& security, Issue issue) {
  if (security.kind == Kind::Otc) return {};
  const bool utp = (listing_of(security).tape == 3) != (issue == Issue::OtherTape);
  return utp ? "UTP" : "CTS";
}

void append_text(std::string& out, std::string_view key, std::string_view value) {
  out += ",\"";
  out += key;
  out += value.empty() ? "\":null" : "\":\"";
  if (value.empty()) return;
  out += value;
  out.push_back('"');
}

/// Text of a week and tier that all its rows share.
struct Shared {
  std::string dates;       // lastUpdateDate to tierIdentifier
  std::string week;        // weekStartDate
  bool scientific{false};  // notional sums
};

Shared shared_text(market::Day monday, Tier tier, std::optional<market::Day> updated) {
  const auto index = static_cast<std::size_t>(tier);
  const market::Day published = publication_day(monday, tier);
  market::Day last = monday.plus(4);
  while (!market::is_session(last)) last = last.plus(-1);
  Shared out;
  append_text(out.dates, "lastUpdateDate", updated.value_or(published).iso());
  append_text(out.dates, "lastReportedDate", last.iso());
  append_text(out.dates, "tierDescription", kTierTitles[index]);
  append_text(out.dates, "initialPublishedDate", published.iso());
  append_text(out.dates, "tierIdentifier", kTierNames[index]);
  append_text(out.dates, "summaryStartDate", monday.iso());
  append_text(out.week, "weekStartDate", monday.iso());
  out.scientific = monday >= market::Day::from_civil({.year = 2025, .month = 12, .day = 1});
  return out;
}

void append_row(std::string& out, const Security& security, const WeekRow& row, std::size_t grain,
                const Shared& shared) {
  const bool by_firm = grain == kAtsFirm || grain == kOtcFirm;
  const Firm* firm = nullptr;
  if (by_firm) firm = grain == kAtsFirm ? &ats_firm(row.firm) : &otc_firm(row.firm);
  out += "{\"totalWeeklyShareQuantity\":";
  append_shares(out, row.shares);
  append_text(out, "issueSymbolIdentifier", weekly_symbol(security));
  append_text(out, "issueName", issue_name(security, row.issue));
  out += shared.dates;
  out += ",\"totalNotionalSum\":";
  if (shared.scientific) {
    append_scientific(out, row.cents);
  } else {
    append_int(out, row.cents / 100);
  }
  out += ",\"totalWeeklyTradeCount\":";
  append_int(out, row.trades);
  out += shared.week;
  append_text(out, "MPID", firm != nullptr ? firm->mpid : std::string_view{});
  out += ",\"firmCRDNumber\":";
  if (grain == kOtcFirm) {
    append_int(out, firm->crd);
  } else {
    out += "null";
  }
  append_text(out, "productTypeCode", product_of(security, row.issue));
  append_text(out, "marketParticipantName", firm != nullptr ? firm->name : std::string_view{});
  append_text(out, "summaryTypeCode", kGrains[grain]);
  out.push_back('}');
}

}  // namespace

std::vector<FileText> weekly_pages(const std::vector<Security>& universe, const WeekTable& table,
                                   Tier tier, std::optional<market::Day> updated) {
  const Shared shared = shared_text(table.monday, tier, updated);
  std::vector<FileText> out;
  for (std::size_t grain = 0; grain < kGrains.size(); ++grain) {
    for (const WeekRow& row : table.rows[grain]) {
      const Security& security = universe[row.security];
      if (tier_of(security) != tier) continue;
      if (out.empty() || out.back().rows == kPageRows) {
        if (!out.empty()) out.back().text += "]\n";
        out.emplace_back().text = "[";
      } else {
        out.back().text.push_back(',');
      }
      append_row(out.back().text, security, row, grain, shared);
      ++out.back().rows;
    }
  }
  if (!out.empty()) out.back().text += "]\n";
  return out;
}

FileText weekly_download(const std::vector<Security>& universe, const WeekTable& table,
                         std::size_t grain) {
  FileText out{.text =
                   "tierDescription|issueSymbolIdentifier|issueName|marketParticipantName|MPID|"
                   "totalWeeklyShareQuantity|totalWeeklyTradeCount|lastUpdateDate\n"};
  for (const WeekRow& row : table.rows[grain]) {
    const Security& security = universe[row.security];
    const Tier tier = tier_of(security);
    const Firm& firm = grain == kAtsFirm ? ats_firm(row.firm) : otc_firm(row.firm);
    out.text +=
        fmt::format("{}|{}|{}|{}|{}|", kTierTitles[static_cast<std::size_t>(tier)],
                    weekly_symbol(security), issue_name(security, row.issue), firm.name, firm.mpid);
    append_shares(out.text, row.shares);
    out.text += fmt::format("|{}|{}\n", row.trades, publication_day(table.monday, tier).iso());
    ++out.rows;
  }
  return out;
}

FileText ats_summary(const std::vector<Security>& universe, const WeekTable& table) {
  struct Total {
    std::int64_t shares{0};
    std::int64_t trades{0};
  };
  std::vector<Total> totals(universe.size());
  for (const std::size_t grain : {kAtsSymbol, kOtcSymbol}) {
    for (const WeekRow& row : table.rows[grain]) {
      totals[row.security].shares += row.shares;
      totals[row.security].trades += row.trades;
    }
  }
  FileText out{.text =
                   "MarketParticipantIdentifier|Week|Symbol|Shares|Trades|"
                   "TotalWeeklyShareVolume|TotalWeeklyTradeCount\n"};
  const std::string friday = market::week_end_friday(table.monday).iso();
  for (const WeekRow& row : table.rows[kAtsFirm]) {
    const Total& total = totals[row.security];
    out.text += fmt::format("{}|{}|{}|", ats_firm(row.firm).mpid, friday,
                            weekly_symbol(universe[row.security]));
    append_shares(out.text, row.shares);
    out.text += fmt::format("|{}|", row.trades);
    append_shares(out.text, total.shares);
    out.text += fmt::format("|{}\n", total.trades);
    ++out.rows;
  }
  return out;
}

}  // namespace offex::sim
