// REST pages of the tape: whole against split, and the walker against the parser.

#include "tape_check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace columns = offex::columns;
  namespace fuzz = offex::fuzz;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  static_cast<void>(offex::formats::tape_layout(text));
  // Text that is no JSON is the other target's.
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || text[first] != '{') return 0;
  const offex::formats::TapeOptions options{.file = "A_2026-05-22.json"};
  fuzz::check_tape_reader<columns::TradeBlock>(text, options);
  fuzz::check_tape_reader<columns::QuoteBlock>(text, options);
  fuzz::check_tape_reader<columns::MinuteBlock>(text, options);
  return 0;
}
