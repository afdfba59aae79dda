#include <cstring>

#include <fmt/format.h>

#include "formats/tape_lines_internal.hpp"
#include "formats/text_reader_internal.hpp"

namespace offex::formats {

static_assert(TextFeed::kPieceBytes > TapeLines::kMaxLineBytes);
static_assert(TextFeed::kHeadroom >= TapeLines::kMaxLineBytes + TapeLines::kSlack);
static_assert(TextFeed::kPadding >= 2 * TapeLines::kSlack);

Result<void> TapeLines::begin(std::span<char> first) {
  const std::string_view text{first.data(), first.size()};
  const std::string_view plain = without_bom(text);
  byte_ = text.size() - plain.size();
  OFFEX_TRY(use(plain));
  return {};
}

Result<bool> TapeLines::refill() {
  if (tail_.size() > kMaxLineBytes) return too_long(tail_);
  carry_.assign(tail_);
  tail_ = {};
  OFFEX_ASSIGN(const std::span<char> piece, feed_.next());
  if (piece.empty()) return last_line();
  char* const start = piece.data() - carry_.size();
  std::memcpy(start, carry_.data(), carry_.size());
  return use({start, carry_.size() + piece.size()});
}

Result<bool> TapeLines::use(std::string_view text) {
  const std::size_t last = text.rfind('\n');
  const std::size_t whole = last == std::string_view::npos ? 0 : last + 1;
  window_ = text.substr(0, whole);
  tail_ = text.substr(whole);
  return whole > 0 ? Result<bool>{true} : refill();
}

Result<bool> TapeLines::last_line() {
  if (carry_.empty()) return false;
  if (!feed_.compressed()) {
    return damaged(file_, {.text = carry_, .number = line_, .byte = byte_}, {},
                   "the last line has no end: the file may be cut; add a line end if it is whole");
  }
  // Readers look a few bytes around each line.
  const std::size_t size = carry_.size() + 1;
  carry_.insert(0, kSlack, '\0');
  carry_ += '\n';
  carry_.append(2 * kSlack, '\0');
  window_ = std::string_view{carry_}.substr(kSlack, size);
  return true;
}

Result<Line> TapeLines::take() {
  const std::size_t end = window_.find('\n');
  std::string_view text = window_.substr(0, end);
  if (text.size() > kMaxLineBytes) return too_long(text);
  if (text.ends_with('\r')) text.remove_suffix(1);
  const Line line{.text = text, .number = line_, .byte = byte_};
  skip(end + 1, 1);
  return line;
}

std::unexpected<base::Error> TapeLines::too_long(std::string_view text) const {
  return damaged(file_, {.text = text, .number = line_, .byte = byte_}, {},
                 fmt::format("a line is longer than {} bytes", kMaxLineBytes));
}

}  // namespace offex::formats
