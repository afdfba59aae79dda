#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "feeds/url_internal.hpp"
#include "feeds/variables_internal.hpp"

namespace offex::feeds {

using base::ErrorCode;

std::optional<std::string> VariableReader::text(const std::string& name) const {
  const std::optional<std::string> value = variables_ ? variables_(name) : std::nullopt;
  if (!value || trimmed(*value).empty()) return std::nullopt;
  return std::string{trimmed(*value)};
}

Result<void> VariableReader::address(const std::string& name, std::string& out) const {
  const std::optional<std::string> value = text(name);
  if (!value) return {};
  const std::optional<Address> address = split_address(*value);
  if (!address || !address->query.empty() || value->find('#') != std::string::npos) {
    return refuse(name,
                  "is no http(s) address such as https://host/path (without user name and "
                  "query)");
  }
  out = join_address(*address);
  while (out.ends_with('/')) out.pop_back();
  return {};
}

Result<void> VariableReader::address_with_query(const std::string& name, std::string& out) const {
  const std::string value = text(name).value_or(std::string{});
  const std::size_t question = std::min(value.find('?'), value.size());
  const Variables front = [&](const std::string&) { return value.substr(0, question); };
  std::string read = out;
  OFFEX_TRY(VariableReader{front}.address(name, read));
  const std::string_view query = std::string_view{value}.substr(question);
  if (!query.empty() && (!split_address(value) || query.contains('#'))) {
    return refuse(name, "has a query that cannot be read");
  }
  out = read.append(query);
  return {};
}

Result<void> VariableReader::number(const std::string& name, double least, double most,
                                    double& out) const {
  const std::optional<std::string> value = text(name);
  if (!value) return {};
  double read = 0.0;
  const char* const end = value->data() + value->size();
  const auto [stop, fault] = std::from_chars(value->data(), end, read);
  if (fault != std::errc{} || stop != end || !std::isfinite(read)) {
    return refuse(name, fmt::format("is no number: '{}'", base::printable_excerpt(*value, 40)));
  }
  if (read < least || read > most) {
    return refuse(name, fmt::format("has to be from {} to {}, not {}", least, most, read));
  }
  out = read;
  return {};
}

Result<void> VariableReader::secret(const std::string& name, std::string& out) const {
  std::optional<std::string> value = text(name);
  if (!value) return {};
  for (const char c : *value) {
    if (static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7F) {
      return refuse(name, "holds a byte that cannot stand in a key");
    }
  }
  out = std::move(*value);
  return {};
}

std::unexpected<base::Error> VariableReader::refuse(const std::string& name,
                                                    const std::string& why) {
  return fail(ErrorCode::InvalidArgument, fmt::format("variable {} {}", name, why));
}

std::chrono::milliseconds milliseconds_of(double seconds) {
  return std::chrono::milliseconds{std::llround(seconds * 1e3)};
}

}  // namespace offex::feeds
