#include <fmt/format.h>

#include "formats/text_reader_internal.hpp"

namespace offex::formats {

std::string_view without_bom(std::string_view text) {
  constexpr std::string_view kBom = "\xEF\xBB\xBF";
  return text.starts_with(kBom) ? text.substr(kBom.size()) : text;
}

Result<void> TextReader::push(std::string_view block) {
  if (!carry_.empty()) {
    const std::size_t end = block.find('\n');
    const std::size_t taken = end == std::string_view::npos ? block.size() : end + 1;
    carry_.append(block.substr(0, taken));
    block.remove_prefix(taken);
    if (end != std::string_view::npos) {
      const std::string line = std::move(carry_);
      carry_.clear();
      OFFEX_TRY(on_lines(line));
    }
  }
  const std::size_t last = block.rfind('\n');
  const std::size_t whole = last == std::string_view::npos ? 0 : last + 1;
  if (whole > 0) OFFEX_TRY(on_lines(block.substr(0, whole)));
  carry_.append(block.substr(whole));
  // Stops a text without line ends here rather than when memory is gone.
  if (carry_.size() > kMaxLineBytes) return emit(carry_, carry_.size());
  return {};
}

Result<Document> TextReader::finish() {
  if (!carry_.empty()) {
    const std::string line = std::move(carry_);
    carry_.clear();
    OFFEX_TRY(emit(line, line.size()));
  }
  return on_end({.text = {}, .number = line_, .byte = byte_});
}

Result<void> TextReader::on_lines(std::string_view lines) {
  while (!lines.empty()) {
    OFFEX_ASSIGN(const std::size_t taken, take_line(lines));
    lines.remove_prefix(taken);
  }
  return {};
}

Result<std::size_t> TextReader::take_line(std::string_view lines) {
  const std::size_t end = lines.find('\n');
  OFFEX_TRY(emit(lines.substr(0, end), end + 1));
  return end + 1;
}

Result<void> TextReader::emit(std::string_view raw, std::size_t bytes) {
  std::string_view text = raw;
  std::uint64_t start = byte_;
  if (byte_ == 0) {
    text = without_bom(text);
    start = raw.size() - text.size();
  }
  if (raw.size() > kMaxLineBytes) {
    return damaged(options_.file, {.text = text, .number = line_, .byte = start}, {},
                   fmt::format("a line is longer than {} bytes", kMaxLineBytes));
  }
  if (text.ends_with('\r')) text.remove_suffix(1);
  OFFEX_TRY(on_line({.text = text, .number = line_, .byte = start, .ended = bytes > raw.size()}));
  skip(bytes, 1);
  return {};
}

}  // namespace offex::formats
