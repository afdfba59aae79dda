#include <map>

#include <gmock/gmock.h>

#include "store_fixture.hpp"

namespace offex::store {

using columns::Type;
using market::Dataset;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Rows of one week, 2026-09-07, which FINRA published on 2026-09-28 for tier T1.
class WeeklySummary : public StoreTest {
 protected:
  WeeklySummary() { clock_.set(at("2026-11-02T12:00:00Z")); }

  static columns::Batch week(const std::vector<TextRow>& rows) {
    static const Header kHeader{{"week_start_date", Type::Day},
                                {"summary_type", Type::Text},
                                {"tier_identifier", Type::Text},
                                {"symbol", Type::Symbol},
                                {"mpid", Type::Text},
                                {"firm_crd", Type::Int64},
                                {"participant_name", Type::Text},
                                {"issue_name", Type::Text},
                                {"product_type", Type::Text},
                                {"share_quantity", Type::Quantity},
                                {"trade_count", Type::Int64},
                                {"notional", Type::Double},
                                {"initial_published_date", Type::Day},
                                {"last_update_date", Type::Day},
                                {"total_share_quantity", Type::Quantity},
                                {"total_trade_count", Type::Int64}};
    return text_batch(kHeader, rows);
  }
  Result<PutResult> put_week(const std::string& file, const std::vector<TextRow>& rows,
                             Dataset dataset = Dataset::WeeklySummary) {
    return put_rows(file, dataset, week(rows));
  }
  static TextRow row(const std::string& type, const std::string& tier, const std::string& name,
                     const std::string& shares, const std::string& published = "2026-09-28") {
    return {"2026-09-07",   type,  tier,   name, "", "",        "",
            name + " Inc.", "CTS", shares, "7",  "", published, published};
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

TEST_F(WeeklySummary, ShowsWhatFinraPublished) {
  TextRow full = firm_row("ABR$D", "UBSA", "7654", "UBS ATS", "120");
  full[11] = "1234.5";
  ASSERT_TRUE(put_week("page", {full}));

  EXPECT_THAT(
      rows_of(reader(), "SELECT * FROM finra_weekly_summary"),
      ElementsAre("2026-09-07|ABRpD|ABR$D|T1|ATS_W_SMBL_FIRM|UBSA|7654|UBS ATS|ABR$D Inc.|CTS|120|"
                  "7|1234.5|2026-09-28|2026-09-28||"));
}

TEST_F(WeeklySummary, KeepsTheFirmRowsOfASymbolThatTwoPagesSplit) {
  ASSERT_TRUE(put_week("page 1", {firm_row("A", "UBSA", "1", "UBS ATS", "10")}));
  const auto second = put_week("page 2", {firm_row("A", "SGMT", "2", "SIGMA X2", "20")});

  ASSERT_TRUE(second) << second.error().message;
  EXPECT_EQ(second->superseded, 1U);
  EXPECT_THAT(
      rows_of(reader(), "SELECT symbol, mpid, share_quantity FROM finra_weekly_summary ORDER BY 2"),
      ElementsAre("A|SGMT|20", "A|UBSA|10"));
}

}  // namespace offex::store
