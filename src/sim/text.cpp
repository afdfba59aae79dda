#include <array>
#include <cstddef>

#include <fmt/format.h>

#include "sim/text_internal.hpp"

namespace offex::sim {

void append_int(std::string& out, std::int64_t value) {
  const fmt::format_int digits{value};
  out.append(digits.data(), digits.size());
}

void append_fraction(std::string& out, std::int64_t fraction, int places) {
  std::array<char, 8> digits{};
  for (int i = places - 1; i >= 0; --i) {
    digits[static_cast<std::size_t>(i)] = static_cast<char>('0' + fraction % 10);
    fraction /= 10;
  }
  out.push_back('.');
  out.append(digits.data(), static_cast<std::size_t>(places));
}

void append_shares(std::string& out, std::int64_t millionths) {
  append_int(out, millionths / kShare);
  if (millionths % kShare != 0) append_fraction(out, millionths % kShare, 6);
}

void append_dollars(std::string& out, std::int64_t units) {
  append_int(out, units / kDollar);
  const std::int64_t fraction = units % kDollar;
  if (fraction == 0) return;
  append_fraction(out, fraction % 100 == 0 ? fraction / 100 : fraction,
                  fraction % 100 == 0 ? 2 : 4);
}

void append_scientific(std::string& out, std::int64_t cents) {
  const fmt::format_int digits{cents};
  const std::string_view text{digits.data(), digits.size()};
  if (text.size() < 3) {  // below a dollar the API keeps the plain form
    append_int(out, cents / 100);
    append_fraction(out, cents % 100, 2);
    return;
  }
  const std::string_view rest = text.substr(1);
  const std::size_t last = rest.find_last_not_of('0');
  out.push_back(text.front());
  out.push_back('.');
  out += last == std::string_view::npos ? std::string_view{"0"} : rest.substr(0, last + 1);
  out.push_back('E');
  append_int(out, static_cast<std::int64_t>(text.size()) - 3);
}

}  // namespace offex::sim
