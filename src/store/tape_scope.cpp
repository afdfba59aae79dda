#include "offex/store/tape_scope.hpp"

#include <charconv>
#include <system_error>

namespace offex::store {

namespace {

constexpr char kBetween = '/';

template <class T>
bool read_number(std::string_view text, T& out) {
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const auto [stop, problem] = std::from_chars(begin, end, out);
  return problem == std::errc{} && stop == end;
}

}  // namespace

std::optional<TapePage> TapePage::parse(std::string_view scope) {
  const std::size_t first = scope.find(kBetween);
  const std::size_t last = scope.rfind(kBetween);
  if (first == std::string_view::npos || first == last) {
    return std::nullopt;
  }
  TapePage out{.who = std::string{scope.substr(0, first)}};
  if (!read_number(scope.substr(first + 1, last - first - 1), out.first_sip_ns) ||
      !read_number(scope.substr(last + 1), out.rows)) {
    return std::nullopt;
  }
  return out;
}

TapePage TapePage::of(const std::optional<market::Symbol>& ticker, std::string_view text_sha256,
                      std::int64_t first_sip_ns, std::uint64_t rows) {
  // As long as the longest ticker: `ticker` knows a digest by that.
  const std::string_view who = ticker ? ticker->view() : text_sha256;
  return {.who = std::string{who.substr(0, market::Symbol::kMaxBytes)},
          .first_sip_ns = first_sip_ns,
          .rows = rows};
}

std::string TapePage::to_string() const {
  return who + kBetween + std::to_string(first_sip_ns) + kBetween + std::to_string(rows);
}

std::optional<market::Symbol> TapePage::ticker() const {
  const auto symbol = market::Symbol::parse(who);
  if (!symbol || who.size() == market::Symbol::kMaxBytes) {
    return std::nullopt;
  }
  return *symbol;
}

std::string tape_name_sql(std::string_view column) {
  return "split_part(" + std::string{column} + ", '" + kBetween + "', 1)";
}

}  // namespace offex::store
