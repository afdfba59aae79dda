#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "offex/formats/tape.hpp"
#include "offex/studies/lit_direction.hpp"
#include "offex/studies/lit_tape.hpp"

namespace offex::studies {

struct NbboQuote {
  std::int64_t participant_ns;
  std::int64_t bid;
  std::int64_t ask;
};

/// The newest quotes of one symbol in order of their participant time; of equal ones the later on
/// the tape is the later here.
class QuoteRing {
 public:
  /// \param max_rows quotes held at most; the oldest go first \pre max_rows > 0
  explicit QuoteRing(std::size_t max_rows) : max_rows_{max_rows} {}

  void clear();
  void push(const NbboQuote& quote);
  /// Promises that no time before this one will be asked for.
  void forget(std::int64_t participant_ns);

  struct Found {
    const NbboQuote* quote;  ///< the last one strictly before the time; nullptr: none is known
    bool lost;               ///< there may have been one that is no longer held
  };
  [[nodiscard]] Found before(std::int64_t participant_ns) const;
  [[nodiscard]] std::size_t size() const { return quotes_.size() - head_; }

 private:
  void drop_forgotten();
  void evict_oldest();
  void make_room();

  std::size_t max_rows_;
  std::vector<NbboQuote> quotes_;
  std::size_t head_{0};
  std::int64_t horizon_{std::numeric_limits<std::int64_t>::min()};
  std::optional<std::int64_t> evicted_;  ///< newest time that went although it might be asked for
};

/// Walks a file of quotes that is sorted by ticker, forward only.
class QuoteCursor {
 public:
  QuoteCursor(std::unique_ptr<formats::QuoteStream> stream, std::string name);

  /// Goes to the first quote of a symbol. Returns whether there is one.
  [[nodiscard]] Result<bool> seek(const market::Symbol& symbol);
  /// Moves the quotes of the symbol at hand whose SIP time is before `sip_end` to the ring.
  [[nodiscard]] Result<void> take(std::int64_t sip_end, std::int64_t max_delay_ns, QuoteRing& ring,
                                  LitNotes& notes);
  /// Returns whether the symbol at hand has quotes left.
  [[nodiscard]] Result<bool> more();

 private:
  [[nodiscard]] Result<void> enter_run();
  [[nodiscard]] const columns::TapeRun& run() const { return block_->runs[run_]; }
  /// Makes `row_` a row, of any symbol; false at the end of the file.
  [[nodiscard]] Result<bool> settle();

  std::unique_ptr<formats::QuoteStream> stream_;
  std::string name_;
  const columns::QuoteBlock* block_{nullptr};
  std::size_t run_{0};
  std::size_t row_{0};
  bool started_{false};
  market::Symbol newest_;  ///< ticker of the newest run
  market::Symbol wanted_;
};

/// Joins the quotes of files to trades.
class QuoteJoin final : public NbboSource {
 public:
  QuoteJoin(std::span<const TapeInput> inputs, const LitOptions& options);
  /// One whole file that is open.
  QuoteJoin(std::unique_ptr<formats::QuoteStream> stream, const LitOptions& options);

  [[nodiscard]] Result<bool> find(const market::Symbol& symbol,
                                  std::span<const std::int64_t> participant_ns,
                                  std::span<const std::int64_t> sip_ns, std::span<std::int64_t> bid,
                                  std::span<std::int64_t> ask) override;
  [[nodiscard]] const LitNotes& notes() const { return notes_; }

 private:
  [[nodiscard]] Result<void> start(const market::Symbol& symbol);
  [[nodiscard]] Result<void> load(const market::Symbol& symbol, std::int64_t sip_end);
  [[nodiscard]] Result<QuoteCursor> open(const TapeInput& input) const;
  [[nodiscard]] Result<bool> next_page(const market::Symbol& symbol);

  LitOptions options_;
  std::vector<TapeInput> whole_files_;
  std::map<market::Symbol, std::vector<TapeInput>> pages_;
  std::vector<QuoteCursor> cursors_;  ///< of whole files
  bool opened_{false};
  QuoteRing ring_;
  std::optional<market::Symbol> symbol_;
  QuoteCursor* current_{nullptr};
  std::optional<QuoteCursor> page_;
  std::size_t pages_opened_{0};
  std::int64_t newest_sip_{0};
  LitNotes notes_;
};

}  // namespace offex::studies
