#include <algorithm>
#include <cstring>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <simdjson.h>

#include "formats/decimal_internal.hpp"
#include "formats/json_body_internal.hpp"
#include "formats/tape_layout_internal.hpp"
#include "formats/tape_page_internal.hpp"
#include "formats/tape_page_walk_internal.hpp"
#include "formats/tape_rules_internal.hpp"
#include "formats/tape_stream_internal.hpp"

namespace offex::formats {
namespace {

namespace ondemand = simdjson::ondemand;
using columns::kTapeBlockRows;

// A page has at most 50,000 results, some 15 MB.
constexpr std::size_t kMaxPageBytes = std::size_t{256} << 20U;
// White space before the text, so that cells may be read a little ahead of it.
constexpr std::size_t kSlack = 64;

template <class Page>
class PageStream final : public BlockStream<typename Page::Block> {
 public:
  using Block = typename Page::Block;

  PageStream(std::string text, TapeOptions options)
      : options_{std::move(options)}, text_{std::move(text)}, size_{text_.size()} {}

  /// Reads the whole page.
  Result<void> open(TapeReading reading);
  Result<const Block*> next() override;
  [[nodiscard]] std::vector<std::string> warnings() const override {
    if (!further_page_) return {};
    return {std::string{kFurtherPage}};
  }

 private:
  [[nodiscard]] base::Place place(const char* at, const char* row, std::string_view field) const {
    return place_in_text(options_.file, text(), at, row, field);
  }
  [[nodiscard]] std::unexpected<base::Error> refuse(const char* at, std::string_view field,
                                                    std::string reason) const {
    return fail(base::ErrorCode::Integrity, std::move(reason), place(at, at, field));
  }
  [[nodiscard]] std::unexpected<base::Error> malformed(simdjson::error_code code);

  [[nodiscard]] std::string_view text() const {
    return std::string_view{text_}.substr(kSlack, size_ - kSlack);
  }
  Result<void> read_root();
  Result<void> read_member(std::string_view key, std::string_view token);
  Result<void> read_results(ondemand::value value);
  Result<void> read_result(ondemand::value value);
  Result<void> read_cell(std::size_t field, ondemand::value value, PageRow& row);
  Result<void> read_conditions(ondemand::value value, PageRow& row);
  [[nodiscard]] std::optional<std::size_t> field_of(const char* key);
  Result<void> check_root();
  Result<void> find_symbol();

  TapeOptions options_;
  std::string text_;
  std::size_t size_;
  ondemand::parser parser_;
  ondemand::document document_;

  std::optional<market::Symbol> ticker_;  // that the body names
  std::optional<std::int64_t> count_;
  const char* count_at_{nullptr};
  bool results_seen_{false};
  bool further_page_{false};

  // Results mostly have their keys in the order of the result before.
  std::array<std::size_t, 32> order_{};
  std::size_t position_{0};

  market::Symbol symbol_;
  Block page_;
  Block block_;
  std::size_t given_{0};
};

// Keys that are read: those of the page and `conditions`, which is a list.
constexpr std::string_view kConditions = "conditions";
constexpr std::size_t kNoField = static_cast<std::size_t>(-1);

template <class Page>
std::unexpected<base::Error> PageStream<Page>::malformed(simdjson::error_code code) {
  const char* at = nullptr;
  if (document_.current_location().get(at) != simdjson::SUCCESS) at = text_.data() + size_;
  return refuse(
      at, {}, fmt::format("not the JSON of a {}: {}", Page::kTitle, simdjson::error_message(code)));
}

template <class Page>
Result<void> PageStream<Page>::open(TapeReading reading) {
  // The line feed ends a string that the text leaves open.
  text_ += '\n';
  text_.append(std::max<std::size_t>(simdjson::SIMDJSON_PADDING, kSlack), ' ');
  PageRoot root;
  if (reading == TapeReading::Fast && walk_page<Page>(text(), page_, root)) {
    results_seen_ = root.results;
    for (const auto& [key, token] : root.members) OFFEX_TRY(read_member(key, token));
  } else {
    page_.clear();
    OFFEX_TRY(read_root());
  }
  OFFEX_TRY(check_root());
  OFFEX_TRY(find_symbol());
  const auto times = Page::times(page_);
  if (times.size() > 1 && times.front() > times.back()) reverse_rows(page_);
  return {};
}

template <class Page>
Result<const typename Page::Block*> PageStream<Page>::next() {
  const std::size_t rows = page_.rows();
  if (given_ == rows) return nullptr;
  const std::size_t end = std::min(rows, given_ + kTapeBlockRows);
  copy_rows(page_, given_, end, block_);
  block_.runs.assign(
      1, {.symbol = symbol_, .begin = 0, .end = static_cast<std::uint32_t>(end - given_)});
  given_ = end;
  return &block_;
}

template <class Page>
Result<void> PageStream<Page>::read_root() {
  const simdjson::padded_string_view view{text_.data(), size_, text_.size()};
  if (auto code = parser_.iterate(view).get(document_)) {
    return refuse(nullptr, {}, fmt::format("not JSON: {}", simdjson::error_message(code)));
  }
  ondemand::object root;
  if (auto code = document_.get_object().get(root)) return malformed(code);
  for (auto member : root) {
    std::string_view key;
    ondemand::value value;
    if (auto code = member.unescaped_key().get(key)) return malformed(code);
    if (auto code = member.value().get(value)) return malformed(code);
    if (key == "results") {
      OFFEX_TRY(read_results(value));
    } else {
      OFFEX_TRY(read_member(key, trimmed_token(value.raw_json_token())));
    }
  }
  // Behind the last token there is no location any more.
  const char* rest = nullptr;
  if (document_.current_location().get(rest) != simdjson::SUCCESS) return {};
  return refuse(rest, {}, "text behind the end of the page");
}

template <class Page>
Result<void> PageStream<Page>::read_member(std::string_view key, std::string_view token) {
  if (key == "adjusted" && token != "false") {
    return refuse(token.data(), key, "these bars are adjusted for splits: ask for adjusted=false");
  }
  if (key == "status" && token != "\"OK\"" && token != "\"DELAYED\"") {
    return refuse(token.data(), key, "the reply reports an error instead of data");
  }
  if (key == "next_url") further_page_ = token != "null" && token != "\"\"";
  if (key == "resultsCount") {
    const auto count = read_decimal(token, 0);
    if (!count) return refuse(token.data(), key, "not a number");
    count_ = *count;
    count_at_ = token.data();
  }
  if (key == "ticker") {
    const bool quoted = token.size() >= 2 && token.front() == '"' && token.back() == '"';
    const auto symbol =
        market::Symbol::parse(quoted ? token.substr(1, token.size() - 2) : std::string_view{});
    if (!symbol) return refuse(token.data(), key, symbol.error().message);
    ticker_ = *symbol;
  }
  return {};
}

template <class Page>
Result<void> PageStream<Page>::read_results(ondemand::value value) {
  const std::string_view token = trimmed_token(value.raw_json_token());
  if (std::exchange(results_seen_, true)) {
    return refuse(token.data(), "results", "this key stands twice");
  }
  if (token == "null") return {};
  order_.fill(kNoField);
  ondemand::array results;
  if (auto code = value.get_array().get(results)) return malformed(code);
  for (auto element : results) {
    ondemand::value result;
    if (auto code = element.get(result)) return malformed(code);
    OFFEX_TRY(read_result(result));
  }
  return {};
}

template <class Page>
std::optional<std::size_t> PageStream<Page>::field_of(const char* key) {
  const auto keys = Page::keys();
  const auto matches = [key](std::string_view name) {
    return std::memcmp(key, name.data(), name.size()) == 0 && key[name.size()] == '"';
  };
  std::size_t& guess = order_[position_++ % order_.size()];
  if (guess < keys.size() && matches(keys[guess])) return guess;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (!matches(keys[i])) continue;
    guess = i;
    return i;
  }
  guess = kNoField;
  return matches(kConditions) ? std::optional{kNoField} : std::nullopt;
}

template <class Page>
Result<void> PageStream<Page>::read_result(ondemand::value value) {
  const char* const start = value.raw_json_token().data();
  ondemand::object object;
  if (auto code = value.get_object().get(object)) return malformed(code);
  PageRow row;
  position_ = 0;
  for (auto member : object) {
    ondemand::raw_json_string key;
    ondemand::value cell;
    if (auto code = member.key().get(key)) return malformed(code);
    const auto field = field_of(key.raw());
    if (!field) continue;
    if (auto code = member.value().get(cell)) return malformed(code);
    OFFEX_TRY(*field == kNoField ? read_conditions(cell, row) : read_cell(*field, cell, row));
  }
  PageCells cells{row, Page::keys()};
  Page::store(cells, row, page_);
  if (!cells.fault()) return {};
  const RowFault& fault = *cells.fault();
  const char* const at = fault.bytes.data() == nullptr ? start : fault.bytes.data();
  return fail(base::ErrorCode::Integrity, fault.reason, place(at, start, fault.field));
}

template <class Page>
Result<void> PageStream<Page>::read_cell(std::size_t field, ondemand::value value, PageRow& row) {
  std::string_view token = trimmed_token(value.raw_json_token());
  std::string_view& cell = row.cells[field];
  if (cell.data() != nullptr) return refuse(token.data(), Page::keys()[field], "stands twice");
  if (token == "null") return {};
  if (token.front() == '"') {
    const bool plain = token.size() >= 2 && token.find('\\') == std::string_view::npos;
    if (!plain || token.back() != '"') {
      if (auto code = value.get_string().get(token)) return malformed(code);
    } else {
      token = token.substr(1, token.size() - 2);
    }
  }
  cell = token;
  return {};
}

template <class Page>
Result<void> PageStream<Page>::read_conditions(ondemand::value value, PageRow& row) {
  if (trimmed_token(value.raw_json_token()) == "null") return {};
  ondemand::array list;
  if (auto code = value.get_array().get(list)) return malformed(code);
  for (auto element : list) {
    ondemand::value entry;
    if (auto code = element.get(entry)) return malformed(code);
    const std::string_view token = trimmed_token(entry.raw_json_token());
    const auto bits = condition_bits(token);
    if (!bits) return refuse(token.data(), kConditions, "not a condition number");
    row.conditions |= *bits;
  }
  return {};
}

template <class Page>
Result<void> PageStream<Page>::check_root() {
  if (!results_seen_ && !count_) {
    return refuse(nullptr, "results", fmt::format("this JSON is no {}", Page::kTitle));
  }
  const std::size_t rows = page_.rows();
  if (count_ && *count_ != static_cast<std::int64_t>(rows)) {
    return refuse(count_at_, "resultsCount",
                  fmt::format("resultsCount says {}, but there are {} results: the reply is cut",
                              *count_, rows));
  }
  return {};
}

template <class Page>
Result<void> PageStream<Page>::find_symbol() {
  const auto named = options_.symbol ? options_.symbol : ticker_from_name(options_.file);
  if (named && ticker_ && *named != *ticker_) {
    return fail(
        base::ErrorCode::Integrity,
        fmt::format("the page is of {}, but it was given as {}", ticker_->view(), named->view()),
        in_file(options_.file));
  }
  if (named || ticker_) {
    symbol_ = named ? *named : *ticker_;
    return {};
  }
  return fail(base::ErrorCode::InvalidArgument,
              "the page does not say whose it is: name the file TICKER_YYYY-MM-DD.json, for "
              "example AAPL_2026-04-17_0001.json, or tell the ticker",
              in_file(options_.file));
}

template <class Page>
Result<std::unique_ptr<BlockStream<typename Page::Block>>> make(TextFeed& feed, std::string first,
                                                                TapeOptions options,
                                                                TapeReading reading) {
  std::string text(kSlack, ' ');
  text += first;
  while (text.size() <= kMaxPageBytes) {
    OFFEX_ASSIGN(const std::span<char> piece, feed.next());
    if (piece.empty()) break;
    text.append(piece.data(), piece.size());
  }
  if (text.size() > kMaxPageBytes) {
    return fail(base::ErrorCode::Integrity,
                fmt::format("a page of more than {} bytes", kMaxPageBytes), in_file(options.file));
  }
  if (std::string_view{text}.substr(kSlack).starts_with("\xEF\xBB\xBF")) {
    text.replace(kSlack, 3, "   ");
  }
  auto stream = std::make_unique<PageStream<Page>>(std::move(text), std::move(options));
  OFFEX_TRY(stream->open(reading));
  return stream;
}

}  // namespace

template <>
Result<std::unique_ptr<BlockStream<columns::TradeBlock>>> make_page_stream(TextFeed& feed,
                                                                           std::string first,
                                                                           TapeOptions options,
                                                                           TapeReading reading) {
  return make<TradePage>(feed, std::move(first), std::move(options), reading);
}

template <>
Result<std::unique_ptr<BlockStream<columns::QuoteBlock>>> make_page_stream(TextFeed& feed,
                                                                           std::string first,
                                                                           TapeOptions options,
                                                                           TapeReading reading) {
  return make<QuotePage>(feed, std::move(first), std::move(options), reading);
}

template <>
Result<std::unique_ptr<BlockStream<columns::MinuteBlock>>> make_page_stream(TextFeed& feed,
                                                                            std::string first,
                                                                            TapeOptions options,
                                                                            TapeReading reading) {
  return make<MinutePage>(feed, std::move(first), std::move(options), reading);
}

}  // namespace offex::formats
