#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/columns/batch.hpp"
#include "offex/market/dataset.hpp"
#include "offex/market/day.hpp"
#include "offex/market/facility.hpp"

namespace offex::formats {

/// A row that was set aside, with enough to open the file at the right spot.
struct RejectedRow {
  base::Place place;   ///< place.file is the name the reader was given
  std::string reason;  ///< "not a number"
};

/// What the caller knows about a file and how strict to be.
struct ReadOptions {
  std::string file;                            ///< name for messages
  std::optional<market::Day> day{};            ///< trade date expected, from the name or `--date`
  std::optional<market::Facility> facility{};  ///< from the name or `--facility`
  std::size_t max_rejects{0};                  ///< 0: the first bad row refuses the file
  std::optional<market::Day> week{};           ///< Monday of a weekly download, from `--week`
};

/// Everything one decoded input holds. The columns of `rows` by data set:
///
/// - FinraShortDaily: symbol (Symbol, as published), market_mask (Int32), short_volume,
///   short_exempt_volume (missing before 2011-02-28), total_volume (Quantity)
/// - ExchangeShortDaily: symbol, short_volume, total_volume
/// - FinraShortTable: trade_date (Day), facility (Int32, value of market::Facility), symbol,
///   market_mask, short_volume, short_exempt_volume, total_volume, each volume may be missing
/// - DailyBarFlatFile, DailyBarGrouped: symbol, open, high, low, close, vwap (Price; vwap may be
///   missing), volume (Quantity), transactions (Int64, may be missing)
/// - DailyBarTable: trade_date and the same; every value may be missing
/// - OtcWeeklyTable: week_start_date (Day), symbol, tier_identifier (Text, may be missing),
///   off_exchange_volume (Quantity, may be missing), trade_count (Int64, may be missing)
/// - LitDirectionTable: trade_date, symbol, lit_buy_volume, lit_sell_volume (Quantity, may be
///   missing), classification_method (Text), lit_coverage_pct (Double, may be missing)
/// - IndexConstituents: index_symbol, symbol (Symbol), valid_from, valid_to (Day, may be missing)
/// - WeeklySummary, WeeklyDownload, AtsSummary: week_start_date (Day, a Monday), symbol (as
///   published), tier_identifier (Text: T1, T2, OTCE, NA; may be missing), summary_type (Text:
///   ATS_W_SMBL, OTC_W_SMBL, ATS_W_SMBL_FIRM or OTC_W_SMBL_FIRM), mpid (Text, may be missing),
///   firm_crd (Int64, may be missing), participant_name, issue_name, product_type (Text, may be
///   missing), share_quantity (Quantity), trade_count (Int64, may be missing), notional (Double,
///   dollars, may be missing), initial_published_date, last_update_date (Day, may be missing),
///   total_share_quantity (Quantity) and total_trade_count (Int64): the week's total of the symbol
///   that only AtsSummary files name, may be missing. Rows are apart where symbol, mpid, firm_crd,
///   product_type or issue_name differ; rows that name no symbol are left out with a warning
/// - RegShoApi: as FinraShortTable; the facility comes from reportingFacilityCode
/// - ShortInterest: settlement_date (Day), symbol, issue_name, market_class (Text, may be missing),
///   current_short, previous_short, average_daily_volume (Quantity, may be missing),
///   change_percent, days_to_cover (Double, may be missing), revised, split (Bool)
/// - ThresholdList: trade_date (Day), symbol, threshold_flag, market_category (Text, may be
/// missing)
/// - DailyBarAggregates: as DailyBarTable; every price and the volume are there
/// - SymbolDirectory: directory (Text: "nasdaqlisted" or "otherlisted"), symbol (CQS spelling),
///   act_symbol, nasdaq_symbol (Text, may be missing), security_name (Text), listing_exchange
///   (Text, may be missing), etf (Bool, may be missing), test_issue (Bool), round_lot (Int32);
///   `day` is the day of its File Creation Time
/// - SecurityReference: known_from (Day, may be missing), symbol, name, type, sector, industry
///   (Text, may be missing), market_cap (Double, dollars, may be missing), shares_outstanding
///   (Quantity, may be missing)
/// - TradeConditions: condition (Int32), name, type, sip_letters (Text, may be missing),
///   updates_high_low, updates_open_close, updates_volume (Bool, consolidated rules, may be
///   missing)
/// - ExchangeList: exchange (Int32), name, acronym, mic, participant_id, type (Text, may be
/// missing)
/// - CorporateActions: effective_date (Day), symbol, action (Text: "split" or "reset"), factor
///   (Double, above zero: shares after for each share before; missing for a reset)
/// - TradeTape, QuoteTape, MinuteTape, TradeTable never come as documents: formats/tape.hpp
struct Document {
  std::string name;  ///< file name, or "archive.zip/member.txt"
  market::Dataset dataset{};
  std::optional<market::Day> day{};            ///< set for single-day layouts
  std::optional<market::Facility> facility{};  ///< set for short-sale files
  columns::Batch rows;
  std::vector<RejectedRow> rejects;
  std::vector<std::string> warnings;
};

/// Decodes one layout. Does no I/O: takes decoded text in blocks of any size and keeps a row that
/// a block's edge cuts for the next push. After an error the reader must be dropped.
class Reader {
 public:
  Reader() = default;
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  Reader(Reader&&) = delete;
  Reader& operator=(Reader&&) = delete;
  virtual ~Reader() = default;

  [[nodiscard]] virtual Result<void> push(std::string_view block) = 0;
  /// Checks what can only be checked at the end (trailer, duplicates) and hands out the rows.
  [[nodiscard]] virtual Result<Document> finish() = 0;
};

/// Returns the reader for the layout that `file` name and `head` (the first kilobyte or so of
/// decoded text) show, or an Integrity error that says what was seen and what is understood.
[[nodiscard]] Result<std::unique_ptr<Reader>> make_reader(std::string_view head,
                                                          ReadOptions options);

/// Bounds that stop archive bombs.
struct DecodeLimits {
  std::uint64_t max_text_bytes{std::uint64_t{8} << 30U};  ///< decoded size of one member
  std::uint64_t max_ratio{200};     ///< decoded bytes per encoded byte, once past 64 MiB
  std::size_t max_members{10'000};  ///< files in one archive
};

/// Decodes whole received bytes: plain text, gzip (also several members in a row) or a zip archive
/// of such files. Detects codec and layout from the bytes, never from the name alone.
///
/// Returns one result a member, in archive order, so that one bad member does not hide others;
/// an unreadable container is one error. What a file's own name says (`hints_from_name`) completes
/// `options`; a facility or day that contradicts the name is an InvalidArgument. A gzip file may
/// stand in a zip archive, any other archive inside an archive is refused.
[[nodiscard]] std::vector<Result<Document>> read_documents(std::string_view bytes,
                                                           const ReadOptions& options,
                                                           const DecodeLimits& limits = {});

/// What a file's name says, for example `CNMSshvol20260223.txt.gz`.
struct NameHints {
  std::optional<market::Day> day{};
  std::optional<market::Facility> facility{};
  std::optional<market::Day> week{};  ///< `OTC_ats_2025-12-01.txt`: Monday of a weekly download
};
[[nodiscard]] NameHints hints_from_name(std::string_view file_name);

}  // namespace offex::formats
