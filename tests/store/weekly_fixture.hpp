#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "store_fixture.hpp"

namespace offex::store {

/// Rows of one week, 2026-09-07, which FINRA published on 2026-09-28 for tier T1.
class WeeklyRows : public StoreTest {
 protected:
  WeeklyRows() { clock_.set(at("2026-11-02T12:00:00Z")); }

  static columns::Batch week(const std::vector<TextRow>& rows) {
    static const Header kHeader{{"week_start_date", columns::Type::Day},
                                {"summary_type", columns::Type::Text},
                                {"tier_identifier", columns::Type::Text},
                                {"symbol", columns::Type::Symbol},
                                {"mpid", columns::Type::Text},
                                {"firm_crd", columns::Type::Int64},
                                {"participant_name", columns::Type::Text},
                                {"issue_name", columns::Type::Text},
                                {"product_type", columns::Type::Text},
                                {"share_quantity", columns::Type::Quantity},
                                {"trade_count", columns::Type::Int64},
                                {"notional", columns::Type::Double},
                                {"initial_published_date", columns::Type::Day},
                                {"last_update_date", columns::Type::Day},
                                {"total_share_quantity", columns::Type::Quantity},
                                {"total_trade_count", columns::Type::Int64}};
    return text_batch(kHeader, rows);
  }
  Result<PutResult> put_week(const std::string& file, const std::vector<TextRow>& rows,
                             market::Dataset dataset = market::Dataset::WeeklySummary) {
    return put_rows(file, dataset, week(rows));
  }
  static TextRow row(const std::string& type, const std::string& tier, const std::string& name,
                     const std::string& shares, const std::string& published = "2026-09-28") {
    return {"2026-09-07", type,   tier, name, "",        "",        "", name + " Inc.",
            "CTS",        shares, "7",  "",   published, published, "", ""};
  }
  static TextRow firm_row(const std::string& name, const std::string& mpid, const std::string& crd,
                          const std::string& venue, const std::string& shares,
                          const std::string& type = "ATS_W_SMBL_FIRM") {
    TextRow out = row(type, "T1", name, shares);
    out[4] = mpid;
    out[5] = crd;
    out[6] = venue;
    return out;
  }
  static std::vector<std::string> volumes(const Reader& view) {
    return rows_of(view,
                   "SELECT symbol, tier_identifier, off_exchange_volume, trade_count, source "
                   "FROM finra_otc_weekly ORDER BY ALL");
  }
  static std::vector<std::string> symbols_at(const Reader& view, const std::string& moment) {
    return rows_of(
        view, "SELECT symbol FROM finra_weekly_summary_at(TIMESTAMP '" + moment + "') ORDER BY 1");
  }
  /// Table name to digest.
  std::map<std::string, std::string> digests() {
    const auto all = reader().digests();
    EXPECT_TRUE(all) << all.error().message;
    std::map<std::string, std::string> out;
    for (const Reader::TableDigest& one : all.value()) {
      out.emplace(one.table, one.digest + '/' + std::to_string(one.rows));
    }
    return out;
  }
  /// "symbol shares tier ats|otc symbol|firm venue" of each row of scan_weekly_summary.
  static std::vector<std::string> summaries(const Reader& view,
                                            std::optional<market::Instant> as_of = {}) {
    const auto names = view.symbols().value();
    std::vector<Venue> venues;
    std::vector<std::string> tiers;
    std::vector<std::string> out;
    const Scan scan{.days = {day("2026-01-05"), day("2026-12-28")}, .as_of = as_of};
    EXPECT_TRUE(view.scan_weekly_summary(scan, venues, tiers, [&](const auto& chunk) {
      for (std::size_t i = 0; i < chunk.rows; ++i) {
        std::string venue = "-";
        if (chunk.venue.valid(i)) {
          const Venue& one = venues.at(static_cast<std::size_t>(chunk.venue.values[i]));
          venue = one.mpid + '/' + one.name;
        }
        const std::string tier =
            chunk.tier.valid(i) ? tiers.at(static_cast<std::size_t>(chunk.tier.values[i])) : "-";
        out.push_back(names.at(static_cast<std::size_t>(chunk.symbol.values[i])).str() + ' ' +
                      std::to_string(chunk.share_quantity.values[i] / market::Quantity::kPerShare) +
                      ' ' + tier + (chunk.ats.values[i] != 0 ? " ats" : " otc") +
                      (chunk.firm.values[i] != 0 ? " firm " : " symbol ") + venue);
      }
    }));
    std::ranges::sort(out);
    return out;
  }
  /// (symbol, shares) that scan_weekly hands out, added up.
  static std::map<std::string, std::int64_t> scanned(const Reader& view,
                                                     std::optional<market::Instant> as_of = {}) {
    const auto names = view.symbols().value();
    std::map<std::string, std::int64_t> out;
    const Scan scan{.days = {day("2026-01-05"), day("2026-12-28")}, .as_of = as_of};
    EXPECT_TRUE(view.scan_weekly(scan, [&](const WeeklyChunk& chunk) {
      for (std::size_t i = 0; i < chunk.rows; ++i) {
        out[names.at(static_cast<std::size_t>(chunk.symbol.values[i])).str()] +=
            chunk.off_exchange_volume.values[i] / market::Quantity::kPerShare;
      }
    }));
    return out;
  }
};

}  // namespace offex::store
