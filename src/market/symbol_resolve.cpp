#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "offex/market/symbol.hpp"

namespace offex::market {
namespace {

constexpr std::string_view kSeparators = "./- ";

char lowered(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lowered(std::string_view text) {
  std::string out{text};
  std::ranges::transform(out, out.begin(), [](char c) { return lowered(c); });
  return out;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// What a person may mean: the text itself, its canonical spelling when the separators are read as
// class points and `$` as a preferred's mark, and, without any separator, a name whose points
// were left out.
struct Reading {
  std::string exact;
  std::string pointed;
  bool joined{false};
};

Reading read(std::string_view typed) {
  Reading out{.exact = std::string{typed}, .pointed = {}, .joined = false};
  out.joined = typed.find_first_of(kSeparators) == std::string_view::npos;
  std::string text{typed};
  std::ranges::replace_if(text, [](char c) { return c == '/' || c == '-' || c == ' '; }, '.');
  // The weekly style rewrites whole parts, so its own letters have to be upper-case for it.
  const auto act = Symbol::parse(text);
  out.pointed = act ? to_canonical(*act, SymbolStyle::FinraWeekly).str() : text;
  return out;
}

Reading lowered(const Reading& reading) {
  return {lowered(reading.exact), lowered(reading.pointed), reading.joined};
}

bool equal_without_points(std::string_view typed, std::string_view name) {
  std::size_t at = 0;
  for (const char c : name) {
    if (c == '.') continue;
    if (at == typed.size() || typed[at] != c) return false;
    ++at;
  }
  return at == typed.size();
}

// Whether `name` is the reading in any spelling but the exact one.
bool matches_spelling(const Reading& reading, std::string_view name) {
  return name == reading.pointed || (reading.joined && equal_without_points(reading.pointed, name));
}

template <class Predicate>
std::vector<Symbol> matching(std::span<const Symbol> universe, Predicate predicate) {
  std::vector<Symbol> out;
  std::ranges::copy_if(universe, std::back_inserter(out), predicate);
  std::ranges::sort(out);
  const auto repeated = std::ranges::unique(out);
  out.erase(repeated.begin(), repeated.end());
  return out;
}

std::unexpected<base::Error> ambiguous(std::string_view typed, const std::vector<Symbol>& answers) {
  std::vector<std::string_view> names;
  names.reserve(answers.size());
  for (const Symbol& answer : answers) names.push_back(answer.view());
  return fail(base::ErrorCode::InvalidArgument,
              fmt::format("symbol `{}` may be any of {}: write one of them exactly",
                          base::printable_excerpt(typed), fmt::join(names, ", ")));
}

}  // namespace

Result<Symbol> resolve_symbol(std::string_view typed, std::span<const Symbol> universe) {
  const std::string_view text = trimmed(typed);
  if (text.empty()) return fail(base::ErrorCode::InvalidArgument, "a symbol cannot be empty");
  const Reading reading = read(text);
  const auto exact = std::ranges::find(universe, text, &Symbol::view);
  if (exact != universe.end()) return *exact;

  std::vector<Symbol> answers = matching(
      universe, [&](const Symbol& symbol) { return matches_spelling(reading, symbol.view()); });
  if (answers.empty()) {
    std::string upper{text};
    std::ranges::transform(upper, upper.begin(), [](char c) {
      return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    const Reading caseless = lowered(read(upper));
    answers = matching(universe, [&](const Symbol& symbol) {
      const std::string name = lowered(symbol.view());
      return name == caseless.exact || matches_spelling(caseless, name);
    });
  }
  if (answers.size() == 1) return answers.front();
  if (answers.size() > 1) return ambiguous(text, answers);
  return fail(base::ErrorCode::NotFound,
              fmt::format("no symbol matches `{}`", base::printable_excerpt(text)));
}

}  // namespace offex::market
