#include <algorithm>
#include <utility>

#include "offex/base/check.hpp"

#include "studies/lit_quotes_internal.hpp"
#include "studies/lit_state_internal.hpp"

namespace offex::studies {
namespace {

bool is_before(const NbboQuote& quote, std::int64_t time) { return quote.participant_ns < time; }

}  // namespace

void QuoteRing::clear() {
  quotes_.clear();
  head_ = 0;
  horizon_ = std::numeric_limits<std::int64_t>::min();
  evicted_.reset();
}

void QuoteRing::push(const NbboQuote& quote) {
  make_room();
  if (size() == 0 || quotes_.back().participant_ns <= quote.participant_ns) {
    quotes_.push_back(quote);
    return;
  }
  const auto held = quotes_.begin() + static_cast<std::ptrdiff_t>(head_);
  const auto after = std::upper_bound(
      held, quotes_.end(), quote.participant_ns,
      [](std::int64_t time, const NbboQuote& other) { return time < other.participant_ns; });
  quotes_.insert(after, quote);
}

void QuoteRing::make_room() {
  if (size() == max_rows_) {
    drop_forgotten();
    if (size() == max_rows_) {
      evict_oldest();
    }
  }
  if (quotes_.size() < quotes_.capacity()) {
    return;
  }
  drop_forgotten();
  if (head_ >= quotes_.size() / 2) {  // else the vector grows: a move of all is paid by pushes
    quotes_.erase(quotes_.begin(), quotes_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }
}

void QuoteRing::evict_oldest() {
  head_ += max_rows_ / 4 + 1;
  evicted_ = std::max(evicted_.value_or(quotes_[head_ - 1].participant_ns),
                      quotes_[head_ - 1].participant_ns);
}

void QuoteRing::drop_forgotten() {
  const auto held = quotes_.begin() + static_cast<std::ptrdiff_t>(head_);
  const auto first = std::lower_bound(held, quotes_.end(), horizon_, is_before);
  if (first - held > 1) {  // the last one before the horizon may still be in force
    head_ += static_cast<std::size_t>(first - held) - 1;
  }
}

QuoteRing::Found QuoteRing::before(std::int64_t participant_ns) const {
  if (participant_ns < horizon_) {
    return {nullptr, true};
  }
  const auto held = quotes_.begin() + static_cast<std::ptrdiff_t>(head_);
  const auto first = std::lower_bound(held, quotes_.end(), participant_ns, is_before);
  if (first == held || (evicted_ && std::prev(first)->participant_ns < *evicted_)) {
    return {nullptr, evicted_.has_value()};
  }
  return {&*std::prev(first), false};
}

void QuoteRing::forget(std::int64_t participant_ns) {
  horizon_ = std::max(horizon_, participant_ns);
}

QuoteCursor::QuoteCursor(std::unique_ptr<formats::QuoteStream> stream, std::string name)
    : stream_{std::move(stream)}, name_{std::move(name)} {}

Result<void> QuoteCursor::enter_run() {
  const market::Symbol& symbol = run().symbol;
  if (symbol < newest_) {
    return fail(base::ErrorCode::Integrity,
                "quotes of " + symbol.str() + " come after those of " + newest_.str() +
                    ": to be joined with trades the file must be sorted by ticker",
                {.file = name_});
  }
  newest_ = symbol;
  row_ = run().begin;
  return {};
}

Result<bool> QuoteCursor::settle() {
  while (!started_ || (block_ != nullptr && row_ == run().end)) {
    if (started_ && run_ + 1 < block_->runs.size()) {
      ++run_;
      OFFEX_TRY(enter_run());
      continue;
    }
    started_ = true;
    run_ = 0;
    do {
      OFFEX_ASSIGN(block_, stream_->next());
    } while (block_ != nullptr && block_->runs.empty());
    if (block_ != nullptr) {
      OFFEX_TRY(enter_run());
    }
  }
  return block_ != nullptr;
}

Result<bool> QuoteCursor::seek(const market::Symbol& symbol) {
  wanted_ = symbol;
  while (true) {
    OFFEX_ASSIGN(const bool there, settle());
    if (!there || !(run().symbol < symbol)) {
      return there && run().symbol == symbol;
    }
    row_ = run().end;
  }
}

Result<bool> QuoteCursor::more() {
  OFFEX_ASSIGN(const bool there, settle());
  return there && run().symbol == wanted_;
}

Result<void> QuoteCursor::take(std::int64_t sip_end, std::int64_t max_delay_ns, QuoteRing& ring,
                               LitNotes& notes) {
  while (true) {
    OFFEX_ASSIGN(const bool there, more());
    if (!there) {
      return {};
    }
    for (; row_ < run().end; ++row_) {
      const std::int64_t sip = block_->sip_ns[row_];
      if (sip >= sip_end) {
        return {};
      }
      ++notes.quotes;
      const std::int64_t event = block_->participant_ns[row_];
      if (sip > plus_saturated(event, max_delay_ns)) {
        ++notes.late_quotes;
      } else {
        ring.push({event, block_->bid[row_], block_->ask[row_]});
      }
    }
  }
}

QuoteJoin::QuoteJoin(std::span<const TapeInput> inputs, const LitOptions& options)
    : options_{options}, ring_{options.max_quotes} {
  for (const TapeInput& input : inputs) {
    if (input.symbol) {
      pages_[*input.symbol].push_back(input);
    } else {
      whole_files_.push_back(input);
    }
  }
}

QuoteJoin::QuoteJoin(std::unique_ptr<formats::QuoteStream> stream, const LitOptions& options)
    : options_{options}, opened_{true}, ring_{options.max_quotes} {
  cursors_.emplace_back(std::move(stream), std::string{});
}

Result<QuoteCursor> QuoteJoin::open(const TapeInput& input) const {
  OFFEX_ASSIGN(base::ByteSource bytes, input.open());
  return QuoteCursor{
      formats::stream_quotes(std::move(bytes), {.file = input.name, .symbol = input.symbol}),
      input.name};
}

Result<void> QuoteJoin::start(const market::Symbol& symbol) {
  if (symbol_ && symbol < *symbol_) {
    return fail(base::ErrorCode::Integrity,
                "trades of " + symbol.str() + " come after those of " + symbol_->str() +
                    ": to be joined with quotes the file must be sorted by ticker");
  }
  symbol_ = symbol;
  ring_.clear();
  newest_sip_ = std::numeric_limits<std::int64_t>::min();
  current_ = nullptr;
  page_.reset();
  pages_opened_ = 0;
  if (!opened_) {
    opened_ = true;
    cursors_.reserve(whole_files_.size());
    for (const TapeInput& input : whole_files_) {
      OFFEX_ASSIGN(QuoteCursor cursor, open(input));
      cursors_.push_back(std::move(cursor));
    }
  }
  for (QuoteCursor& cursor : cursors_) {
    OFFEX_ASSIGN(const bool there, cursor.seek(symbol));
    if (there) {
      current_ = &cursor;
      return {};
    }
  }
  OFFEX_ASSIGN([[maybe_unused]] const bool there, next_page(symbol));
  return {};
}

Result<bool> QuoteJoin::next_page(const market::Symbol& symbol) {
  const auto found = pages_.find(symbol);
  while (found != pages_.end() && pages_opened_ < found->second.size()) {
    OFFEX_ASSIGN(QuoteCursor cursor, open(found->second[pages_opened_++]));
    QuoteCursor& page = page_.emplace(std::move(cursor));
    OFFEX_ASSIGN(const bool there, page.seek(symbol));
    if (there) {
      current_ = &page;
      return true;
    }
  }
  return false;
}

Result<void> QuoteJoin::load(const market::Symbol& symbol, std::int64_t sip_end) {
  while (current_ != nullptr) {
    OFFEX_TRY(current_->take(sip_end, options_.max_report_delay_ns, ring_, notes_));
    if (!page_) {
      return {};
    }
    OFFEX_ASSIGN(const bool more, current_->more());
    if (more) {
      return {};
    }
    OFFEX_ASSIGN(const bool next, next_page(symbol));
    if (!next) {
      return {};
    }
  }
  return {};
}

Result<bool> QuoteJoin::find(const market::Symbol& symbol,
                             std::span<const std::int64_t> participant_ns,
                             std::span<const std::int64_t> sip_ns, std::span<std::int64_t> bid,
                             std::span<std::int64_t> ask) {
  OFFEX_CHECK(sip_ns.size() == participant_ns.size() && bid.size() == participant_ns.size() &&
              ask.size() == participant_ns.size());
  if (symbol_ != symbol) {
    OFFEX_TRY(start(symbol));
  }
  const std::int64_t delay = options_.max_report_delay_ns;
  for (std::size_t i = 0; i < participant_ns.size(); ++i) {
    // A trade that comes later on the tape happened at most the delay before its SIP time; a quote
    // from before this trade reached the tape at most the delay after it.
    newest_sip_ = std::max(newest_sip_, sip_ns[i]);
    ring_.forget(plus_saturated(newest_sip_, -delay));
    OFFEX_TRY(load(symbol, plus_saturated(participant_ns[i], delay)));
    const QuoteRing::Found found = ring_.before(participant_ns[i]);
    bid[i] = found.quote == nullptr ? 0 : found.quote->bid;
    ask[i] = found.quote == nullptr ? 0 : found.quote->ask;
    notes_.lost_quotes += found.lost ? 1 : 0;
  }
  return current_ != nullptr;
}

}  // namespace offex::studies
