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
};
[[nodiscard]] NameHints hints_from_name(std::string_view file_name);

}  // namespace offex::formats
