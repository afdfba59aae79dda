#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "sim/serve_query_internal.hpp"

namespace offex::sim {
namespace {

using base::ErrorCode;

constexpr std::array<std::string_view, 7> kCompares{"EQUAL", "NOT_EQUAL", "GREATER",    "LESSER",
                                                    "GTE",   "LTE",       "BEGINS_WITH"};
constexpr std::int64_t kMaxOffset = 500'000;

std::optional<double> number_of(std::string_view text) {
  double out = 0.0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (code != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return out;
}

/// Below zero, zero or above, by number where both are numbers.
int compared(std::string_view a, std::string_view b) {
  const auto left = number_of(a);
  const auto right = number_of(b);
  if (left && right) return *left < *right ? -1 : static_cast<int>(*left > *right);
  return a.compare(b);
}

bool compares(std::string_view type, std::string_view value, std::string_view wanted) {
  if (type == "BEGINS_WITH") return value.starts_with(wanted);
  const int order = compared(value, wanted);
  if (type == "EQUAL") return order == 0;
  if (type == "NOT_EQUAL") return order != 0;
  if (type == "GREATER") return order > 0;
  if (type == "LESSER") return order < 0;
  return type == "GTE" ? order >= 0 : order <= 0;
}

std::string upper(std::string_view text) {
  std::string out{text};
  for (char& byte : out) {
    if (byte >= 'a' && byte <= 'z') byte = static_cast<char>(byte - 'a' + 'A');
  }
  return out;
}

std::string text_of(const Json& object, std::string_view key) {
  const Json* found = object.find(key);
  return found != nullptr ? found->text : std::string{};
}

Result<void> read_compare(const Json& entry, QueryWish& out) {
  Condition condition{.kind = Condition::Kind::Compare,
                      .field = text_of(entry, "fieldName"),
                      .compare = upper(text_of(entry, "compareType")),
                      .values = {text_of(entry, "fieldValue")}};
  if (condition.compare == "EQUALS") condition.compare = "EQUAL";
  if (std::ranges::find(kCompares, condition.compare) == kCompares.end()) {
    return fail(ErrorCode::InvalidArgument, "unknown compareType " + condition.compare);
  }
  out.conditions.push_back(std::move(condition));
  return {};
}

Result<void> read_domain(const Json& entry, QueryWish& out) {
  Condition condition{.kind = Condition::Kind::Domain,
                      .field = text_of(entry, "fieldName"),
                      .compare = {},
                      .values = {}};
  const Json* values = entry.find("values");
  if (values == nullptr || !values->is(JsonType::Array)) {
    return fail(ErrorCode::InvalidArgument, "a domain filter has no values");
  }
  for (const Json& value : values->items) condition.values.push_back(value.text);
  out.conditions.push_back(std::move(condition));
  return {};
}

Result<void> read_dates(const Json& entry, QueryWish& out) {
  out.conditions.push_back({.kind = Condition::Kind::Dates,
                            .field = text_of(entry, "fieldName"),
                            .compare = {},
                            .values = {text_of(entry, "startDate"), text_of(entry, "endDate")}});
  for (const std::string& date : out.conditions.back().values) {
    if (!market::Day::parse(std::string_view{date}.substr(0, 10))) {
      return fail(ErrorCode::InvalidArgument, "a date range filter needs startDate and endDate");
    }
  }
  return {};
}

template <class Read>
Result<void> read_list(const Json& root, std::string_view key, QueryWish& out, Read read) {
  const Json* list = root.find(key);
  if (list == nullptr || list->is(JsonType::Null)) return {};
  if (!list->is(JsonType::Array)) {
    return fail(ErrorCode::InvalidArgument, fmt::format("{} is no array", key));
  }
  for (const Json& entry : list->items) OFFEX_TRY(read(entry, out));
  return {};
}

Result<void> read_number(const Json& root, std::string_view key, std::int64_t least,
                         std::int64_t& out) {
  const Json* found = root.find(key);
  if (found == nullptr) return {};
  const auto value = found->integer();
  if (!value || *value < least) {
    return fail(ErrorCode::InvalidArgument, fmt::format("{} must be {} or more", key, least));
  }
  out = *value;
  return {};
}

Result<void> read_style(const Json& root, QueryWish& out) {
  OFFEX_TRY(read_number(root, "limit", 1, out.limit));
  OFFEX_TRY(read_number(root, "offset", 0, out.offset));
  if (out.offset > kMaxOffset) {
    return fail(ErrorCode::InvalidArgument, fmt::format("offset must be {} or less", kMaxOffset));
  }
  if (const Json* quote = root.find("quoteValues")) {
    out.quote_values = quote->is(JsonType::Bool) ? quote->truth : quote->text != "false";
  }
  if (const std::string text = text_of(root, "delimiter"); text.size() == 1) {
    out.delimiter = text.front();
  }
  if (const Json* async = root.find("async")) out.async = async->truth || async->text == "true";
  return {};
}

bool has(const std::vector<std::string_view>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

bool is_fixed(const QueryWish& wish, std::string_view field) {
  return std::ranges::any_of(wish.conditions, [&](const Condition& condition) {
    const bool historic = field == "weekStartDate" && condition.field == "historicalWeek";
    return condition.compare == "EQUAL" && (condition.field == field || historic);
  });
}

Result<void> check_historic(const QueryWish& wish) {
  std::vector<std::string_view> times;
  for (const Condition& condition : wish.conditions) {
    if (condition.field == "tierIdentifier") continue;
    if (condition.field != "weekStartDate" && condition.field != "historicalWeek" &&
        condition.field != "historicalMonth") {
      return fail(ErrorCode::InvalidArgument,
                  "weeklySummaryHistoric cannot be filtered by " + condition.field);
    }
    if (!has(times, condition.field)) times.emplace_back(condition.field);
  }
  if (times.size() != 1) {
    return fail(ErrorCode::InvalidArgument,
                "weeklySummaryHistoric needs exactly one of weekStartDate, historicalWeek and "
                "historicalMonth");
  }
  return {};
}

}  // namespace

bool Condition::holds(std::string_view value) const {
  switch (kind) {
    case Kind::Compare:
      return compares(compare, value, values.front());
    case Kind::Domain:
      return std::ranges::find(values, value) != values.end();
    case Kind::Dates: {
      const std::string_view day = value.substr(0, 10);
      return day >= std::string_view{values[0]}.substr(0, 10) &&
             day <= std::string_view{values[1]}.substr(0, 10);
    }
  }
  return false;
}

Result<QueryWish> read_wish(std::string_view body) {
  QueryWish out;
  if (body.empty()) return out;
  OFFEX_ASSIGN(const Json root, parse_json(body));
  if (!root.is(JsonType::Object)) return fail(ErrorCode::InvalidArgument, "no JSON object");
  OFFEX_TRY(read_style(root, out));
  OFFEX_TRY(read_list(root, "compareFilters", out, &read_compare));
  OFFEX_TRY(read_list(root, "domainFilters", out, &read_domain));
  OFFEX_TRY(read_list(root, "dateRangeFilters", out, &read_dates));
  OFFEX_TRY(read_list(root, "fields", out, [](const Json& entry, QueryWish& wish) {
    wish.fields.push_back(entry.text);
    return Result<void>{};
  }));
  OFFEX_TRY(read_list(root, "sortFields", out, [](const Json& entry, QueryWish& wish) {
    const bool sign = entry.text.starts_with('+') || entry.text.starts_with('-');
    wish.sort.emplace_back(entry.text.substr(sign ? 1 : 0), entry.text.starts_with('-'));
    return Result<void>{};
  }));
  return out;
}

Result<void> check_wish(const QueryWish& wish, const QueryTable& table) {
  for (const std::string& field : wish.fields) {
    if (!has(table.fields, field)) {
      return fail(ErrorCode::InvalidArgument, "Invalid field in fields: " + field);
    }
  }
  for (const auto& [field, descending] : wish.sort) {
    if (!has(table.fields, field)) {
      return fail(ErrorCode::InvalidArgument, "Invalid field in sortFields: " + field);
    }
  }
  if (table.historic) OFFEX_TRY(check_historic(wish));
  if (wish.sort.empty() || table.sorts_freely) return {};
  for (const std::string_view field : table.partition_fields) {
    if (!is_fixed(wish, field)) {
      return fail(ErrorCode::InvalidArgument,
                  fmt::format("sortFields can be used only with an EQUAL compareFilter on every "
                              "partition field; there is none on {}",
                              field));
    }
  }
  return {};
}

}  // namespace offex::sim
