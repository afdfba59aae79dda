#include "offex/market/symbol.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace offex::market {
namespace {

constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

constexpr std::string_view kMarks = "./$-+=^#*_@ ";

constexpr bool is_symbol_byte(char c) {
  return is_upper(c) || is_lower(c) || is_digit(c) || kMarks.find(c) != std::string_view::npos;
}

// Whether the byte at `at` stands where a preferred's mark does: after the root, and before the
// series letter, a suffix or the end.
bool at_preferred_mark(std::string_view text, std::size_t at) {
  return at > 0 && (at + 1 == text.size() || is_upper(text[at + 1]) || text[at + 1] == '.');
}

// Replaces each dotted part that equals `from` by `to`; the root is left alone.
std::string replace_part(std::string_view text, std::string_view from, std::string_view to) {
  std::string out;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('.', begin), text.size());
    const std::string_view part = text.substr(begin, end - begin);
    if (begin > 0) out += '.';
    out += begin > 0 && part == from ? to : part;
    begin = end + 1;
  }
  return out;
}

std::string replace_mark(std::string_view text, char from, char to) {
  std::string out{text};
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == from && at_preferred_mark(text, at)) out[at] = to;
  }
  return out;
}

std::string act_to_cqs(std::string_view text) {
  return replace_part(replace_mark(text, '$', 'p'), "W", "WS");
}

std::string cqs_to_act(std::string_view text) {
  return replace_part(replace_mark(text, 'p', '$'), "WS", "W");
}

// Nasdaq's suffix marks and what CQS writes for them, last suffix first. A series letter may
// follow one: `ACHR+A` is `ACHR.WS.A`.
struct SuffixMark {
  char nasdaq;
  std::string_view cqs;
};

constexpr std::array kSuffixMarks{
    SuffixMark{'#', "w"},    // when issued
    SuffixMark{'$', ".WD"},  // when distributed
    SuffixMark{'*', ".CL"},  // called
    SuffixMark{'^', "r"},    // right
    SuffixMark{'=', ".U"},   // unit
    SuffixMark{'+', ".WS"},  // warrant
    SuffixMark{'-', "p"},    // preferred
};

std::string nasdaq_to_cqs(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto mark = std::ranges::find(kSuffixMarks, text[at], &SuffixMark::nasdaq);
    if (at == 0 || mark == kSuffixMarks.end()) {
      out += text[at];
      continue;
    }
    out += mark->cqs;
    if (mark->cqs.front() == '.' && at + 1 < text.size() && is_upper(text[at + 1])) out += '.';
  }
  return out;
}

// Puts the mark where its CQS suffix ends the symbol, or stands before a series or another mark.
void put_mark(std::string& text, const SuffixMark& mark) {
  const std::size_t at = text.rfind(mark.cqs);
  if (at == std::string::npos || at == 0) return;
  std::size_t end = at + mark.cqs.size();
  const bool dotted = mark.cqs.front() == '.';
  const bool last = end == text.size();
  const bool series = !last && (dotted ? text[end] == '.' : is_upper(text[end]));
  const bool before_mark = !last && std::ranges::find(kSuffixMarks, text[end],
                                                      &SuffixMark::nasdaq) != kSuffixMarks.end();
  if (!last && !series && !before_mark) return;
  if (dotted && series) ++end;
  text.replace(at, end - at, 1, mark.nasdaq);
}

std::string cqs_to_nasdaq(std::string_view text) {
  std::string out{text};
  for (const SuffixMark& mark : kSuffixMarks) put_mark(out, mark);
  return out;
}

std::string replace_all(std::string_view text, char from, char to) {
  std::string out{text};
  std::ranges::replace(out, from, to);
  return out;
}

std::string canonical_text(std::string_view text, SymbolStyle style) {
  switch (style) {
    case SymbolStyle::Cqs:
      return std::string{text};
    case SymbolStyle::FinraDaily:
      return replace_all(text, '/', '.');
    case SymbolStyle::FinraWeekly:
      return act_to_cqs(text);
    case SymbolStyle::Nasdaq:
      return nasdaq_to_cqs(text);
  }
  return std::string{text};
}

std::string styled_text(std::string_view text, SymbolStyle style) {
  switch (style) {
    case SymbolStyle::Cqs:
      return std::string{text};
    case SymbolStyle::FinraDaily:
      return replace_all(text, '.', '/');
    case SymbolStyle::FinraWeekly:
      return cqs_to_act(text);
    case SymbolStyle::Nasdaq:
      return cqs_to_nasdaq(text);
  }
  return std::string{text};
}

}  // namespace

Result<Symbol> Symbol::parse(std::string_view text) {
  const auto refuse = [text](std::string_view reason) {
    return fail(base::ErrorCode::InvalidArgument,
                fmt::format("symbol `{}` {}", base::printable_excerpt(text), reason));
  };
  if (text.empty()) return fail(base::ErrorCode::InvalidArgument, "a symbol cannot be empty");
  if (text.size() > kMaxBytes) {
    return refuse(fmt::format("has {} bytes, at most {} are allowed", text.size(), kMaxBytes));
  }
  if (!std::ranges::all_of(text, is_symbol_byte)) {
    return refuse("has a byte that no symbol has");
  }
  if (text.front() == ' ' || text.back() == ' ') return refuse("starts or ends with a space");
  return from_trusted(text);
}

Symbol to_canonical(const Symbol& raw, SymbolStyle style) {
  const std::string text = canonical_text(raw.view(), style);
  const bool fits = !text.empty() && text.size() <= Symbol::kMaxBytes;
  return fits ? Symbol::from_trusted(text) : raw;
}

Result<Symbol> spell(const Symbol& canonical, SymbolStyle style) {
  OFFEX_ASSIGN(const Symbol spelled, Symbol::parse(styled_text(canonical.view(), style)));
  // A spelling that reads back as another symbol would silently fetch the wrong security.
  if (to_canonical(spelled, style) != canonical) {
    return fail(base::ErrorCode::InvalidArgument,
                fmt::format("symbol `{}` has no spelling in that style", canonical.view()));
  }
  return spelled;
}

bool is_test_issue(const Symbol& symbol) {
  static constexpr std::array<std::string_view, 18> kTestIssues{
      "ATEST", "CTEST", "MTEST", "NTEST", "PTEST", "ZTEST", "ZAZZT", "ZBZX",  "ZBZZT",
      "ZCZZT", "ZEXIT", "ZIEXT", "ZJZZT", "ZTST",  "ZVZZT", "ZWZZT", "ZXIET", "ZXZZT"};
  // Some have classes of their own: `NTEST.A`, in FINRA's files `NTEST/A`.
  const std::string_view root = symbol.view().substr(0, symbol.view().find_first_of("./"));
  return std::ranges::find(kTestIssues, root) != kTestIssues.end();
}

}  // namespace offex::market
