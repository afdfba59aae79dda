#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "offex/base/byte_source.hpp"
#include "offex/base/result.hpp"
#include "offex/columns/tape_block.hpp"
#include "offex/market/dataset.hpp"
#include "offex/market/day.hpp"
#include "offex/market/symbol.hpp"

// The tape: trades, quotes and minute bars, too many for rows of the store. Readers stream them in
// blocks; the memory they need does not depend on the length of the file.
namespace offex::formats {

/// What the caller knows about a tape file.
struct TapeOptions {
  std::string file;  ///< name for messages
  /// Ticker of a REST page (its rows name none), from the name or from who asked for it.
  std::optional<market::Symbol> symbol{};
};

/// What a tape file is, told by its first kilobytes of decoded text.
struct TapeLayout {
  market::Dataset dataset{};  ///< TradeTape, QuoteTape, MinuteTape or TradeTable
  bool json{false};           ///< a REST page
};

/// Returns the layout of a tape file, or nothing when `head` is no tape (a day file is none: its
/// first window starts at midnight in New York). `file_name` decides where `head` cannot: one bar
/// at midnight is a minute when the name is that of a numbered page, `AAPL_2026-04-17_0002.json`.
[[nodiscard]] std::optional<TapeLayout> tape_layout(std::string_view head,
                                                    std::string_view file_name = {});

/// A file with rows of more different New York days is refused: its times are damaged.
inline constexpr std::size_t kMaxTapeDays = 10'000;

/// The rows of one New York trade date in a file.
struct DayRows {
  market::Day day;
  std::uint64_t rows{0};

  friend bool operator==(const DayRows&, const DayRows&) = default;
};

/// What a whole file held.
struct TapeSummary {
  std::uint64_t rows{0};
  std::uint64_t symbols{0};  ///< runs: a symbol that comes back counts again
  std::uint64_t text_bytes{0};
  std::optional<std::int64_t> first_ns{};  ///< smallest and largest event time
  std::optional<std::int64_t> last_ns{};
  /// Smallest SIP time, of minute bars the first window: the pages of a ticker are in its order. A
  /// late print can be hours older than its page.
  std::optional<std::int64_t> first_sip_ns{};
  std::optional<std::int64_t> last_sip_ns{};  ///< the largest, in the same way
  /// The New York trade date that most rows have; nothing for a file without rows.
  std::optional<market::Day> day{};
  /// Every New York trade date that rows have, ascending; at most kMaxTapeDays.
  std::vector<DayRows> days{};
  std::vector<std::string> warnings{};  ///< for people, for example about a further page
  std::string text_sha256;              ///< of the decoded text; empty unless asked for
};

/// Takes blocks in order. The block is the reader's and is good until the sink returns; a sink may
/// return an error to stop.
using TradeSink = std::function<Result<void>(const columns::TradeBlock&)>;
using QuoteSink = std::function<Result<void>(const columns::QuoteBlock&)>;
using MinuteSink = std::function<Result<void>(const columns::MinuteBlock&)>;

/// Streams a whole trades file (`.csv`, `.csv.gz` with any number of members, REST page as JSON)
/// from `bytes` to `sink`. Inflating runs in a thread of its own, parsing and the sink in the
/// caller's. Blocks hold at most kTapeBlockRows rows and do not depend on how the source cuts its
/// bytes. A bad row is an Integrity error with its place: a tape is read whole or not at all.
[[nodiscard]] Result<TapeSummary> read_trades(const base::ByteSource& bytes,
                                              const TapeOptions& options, const TradeSink& sink);
/// The same for quotes.
[[nodiscard]] Result<TapeSummary> read_quotes(const base::ByteSource& bytes,
                                              const TapeOptions& options, const QuoteSink& sink);
/// The same for minute bars.
[[nodiscard]] Result<TapeSummary> read_minutes(const base::ByteSource& bytes,
                                               const TapeOptions& options, const MinuteSink& sink);

/// Reads quotes on request, so that two files can be walked side by side.
class QuoteStream {
 public:
  virtual ~QuoteStream() = default;
  /// Returns the next block, or nullptr at the end. The block is good until the next call.
  [[nodiscard]] virtual Result<const columns::QuoteBlock*> next() = 0;
};
[[nodiscard]] std::unique_ptr<QuoteStream> stream_quotes(base::ByteSource bytes,
                                                         TapeOptions options);

/// Checks a whole tape file of any layout: every row is parsed, nothing is kept. Also hashes the
/// decoded text. This is what import does before it archives the file.
[[nodiscard]] Result<TapeSummary> check_tape(const base::ByteSource& bytes,
                                             const TapeOptions& options, const TapeLayout& layout);

/// What the name of a REST page says: `AAPL_2026-04-17_0002.json` has ticker, day and page.
[[nodiscard]] std::optional<market::Symbol> ticker_from_name(std::string_view file_name);

}  // namespace offex::formats
