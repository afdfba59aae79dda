#include "offex/formats/page_facts.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "formats/json_body_internal.hpp"
#include "formats/page_skim_internal.hpp"
#include "formats/short_layout_internal.hpp"

namespace offex::formats {
namespace {

using Value = JsonBody::Value;

constexpr std::array<std::string_view, 3> kFacts = {"results", "next_url", "status"};
constexpr unsigned kMaxDepth = 64;

// Walks a value to its end, so that damage anywhere in it is found.
Result<void> check(JsonBody& body, Value& value, std::string_view key, unsigned depth = 0) {
  OFFEX_ASSIGN(const JsonCell cell, body.read_cell(value, key));
  if (cell.kind != JsonKind::Nested) return {};
  if (depth == kMaxDepth) return body.refuse(cell.at, key, "lists and objects nested too deep");
  if (*cell.at == '[') {
    return body.each_element(value, key,
                             [&](Value& inner) { return check(body, inner, key, depth + 1); });
  }
  return body.each_member(value, key, [&](std::string_view name, Value& inner) {
    return check(body, inner, name, depth + 1);
  });
}

template <class List>
Result<std::int64_t> count_rows(JsonBody& body, List& list) {
  std::int64_t rows = 0;
  OFFEX_TRY(body.each_element(list, "results", [&](Value& row) {
    ++rows;
    return check(body, row, "results");
  }));
  return rows;
}

Result<std::int64_t> rows_of(JsonBody& body, Value& results) {
  const std::string_view token = JsonBody::token(results);
  const char* const at = JsonBody::start_of(results);
  if (token == "[") return count_rows(body, results);
  OFFEX_TRY(check(body, results, "results"));
  if (token == "null") return 0;
  if (token == "{") return 1;
  return body.refuse(at, "results", "not a list");
}

// A text of the root, or what else stands there as it is written.
Result<std::string> text_of(JsonBody& body, Value& value, std::string_view key) {
  OFFEX_ASSIGN(const JsonCell cell, body.read_cell(value, key));
  if (cell.kind == JsonKind::Nested) return body.refuse(cell.at, key, "not a text");
  return std::string{cell.text};
}

Result<void> read_member(JsonBody& body, std::string_view key, Value& value, PageFacts& facts) {
  if (key == "results") {
    OFFEX_ASSIGN(facts.rows, rows_of(body, value));
  } else if (key == "next_url") {
    OFFEX_ASSIGN(facts.next_url, text_of(body, value, key));
  } else if (key == "status") {
    OFFEX_ASSIGN(facts.status, text_of(body, value, key));
  } else {
    return check(body, value, key);
  }
  return {};
}

// What is said once, of the root, must be said once.
Result<void> refuse_twice(const JsonBody& body, std::vector<std::string>& seen,
                          std::string_view key, const char* at) {
  if (std::ranges::find(seen, key) != seen.end()) {
    return body.refuse(at, key, "this key stands twice");
  }
  if (std::ranges::find(kFacts, key) != kFacts.end()) seen.emplace_back(key);
  return {};
}

Result<PageFacts> careful_facts(std::string_view json) {
  JsonBody body{{}, "a page of rows"};
  OFFEX_TRY(body.append(json));
  OFFEX_TRY(body.open());
  PageFacts facts;
  OFFEX_ASSIGN(const bool list, body.is_list());
  if (list) {
    OFFEX_ASSIGN(facts.rows, count_rows(body, body.document()));
  } else {
    std::vector<std::string> seen;
    OFFEX_TRY(body.each_member(
        body.document(), {}, [&](std::string_view key, Value& value) -> Result<void> {
          OFFEX_TRY(refuse_twice(body, seen, key, JsonBody::start_of(value)));
          return read_member(body, key, value, facts);
        }));
  }
  OFFEX_TRY(body.close());
  return facts;
}

// Fields of a week, in the order of `WeekField`.
enum WeekField : std::size_t { Start, Tier, Type, Published, Updated, NumWeekFields };
constexpr std::array<std::string_view, NumWeekFields> kWeekKeys = {
    "weekStartDate", "tierIdentifier", "summaryTypeCode", "initialPublishedDate", "lastUpdateDate"};

Result<std::optional<market::Day>> day_of(const JsonBody& body, const JsonCell& cell,
                                          WeekField field) {
  if (cell.missing() || cell.text.empty()) return std::nullopt;
  const auto day = market::Day::parse(cell.text);
  if (cell.kind != JsonKind::Text || !day) return body.refuse(cell.at, kWeekKeys[field], "no day");
  return *day;
}

Result<std::string> word_of(const JsonBody& body, const JsonCell& cell, WeekField field) {
  if (cell.missing() || cell.kind == JsonKind::Text) return std::string{cell.text};
  return body.refuse(cell.at, kWeekKeys[field], "not a text");
}

Result<PublishedWeek> read_week(JsonBody& body, Value& row) {
  std::array<JsonCell, NumWeekFields> cells;
  OFFEX_ASSIGN(const char* const start, body.read_row(row, kWeekKeys, cells));
  OFFEX_ASSIGN(const std::optional<market::Day> week, day_of(body, cells[Start], Start));
  if (!week) return body.refuse(start, kWeekKeys[Start], "no value");
  if (week->weekday() != market::Weekday::Monday) {
    return body.refuse(cells[Start].at, kWeekKeys[Start], "a week that does not start on a Monday");
  }
  PublishedWeek out{.week = *week};
  OFFEX_ASSIGN(out.tier, word_of(body, cells[Tier], Tier));
  OFFEX_ASSIGN(out.type, word_of(body, cells[Type], Type));
  OFFEX_ASSIGN(out.published, day_of(body, cells[Published], Published));
  OFFEX_ASSIGN(out.updated, day_of(body, cells[Updated], Updated));
  return out;
}

// Names in their order of rank, in lower case.
constexpr std::array<std::string_view, 4> kStatusKeys = {"status", "requeststatus", "jobstatus",
                                                         "state"};
constexpr std::array<std::string_view, 4> kLinkKeys = {"resultlink", "resulturl", "location",
                                                       "url"};

// The text under the name of the highest rank.
struct Ranked {
  std::string text{};
  std::size_t rank{kStatusKeys.size()};
};

struct StatusRow {
  Ranked status;
  Ranked link;
};

Result<void> take_ranked(JsonBody& body, std::span<const std::string_view> names,
                         std::string_view key, const JsonCell& cell, Ranked& out) {
  const std::string name = normalised(key);
  const auto found = std::ranges::find(names, name);
  const auto rank = static_cast<std::size_t>(found - names.begin());
  if (found == names.end() || cell.missing()) return {};
  if (rank == out.rank) return body.refuse(cell.at, key, "this key stands twice");
  if (cell.kind != JsonKind::Text) return body.refuse(cell.at, key, "not a text");
  if (rank < out.rank && !cell.text.empty()) out = {.text = std::string{cell.text}, .rank = rank};
  return {};
}

template <class Object>
Result<void> read_status(JsonBody& body, Object& object, StatusRow& row) {
  return body.each_member(object, {}, [&](std::string_view key, Value& value) -> Result<void> {
    OFFEX_ASSIGN(const JsonCell cell, body.read_cell(value, key));
    OFFEX_TRY(take_ranked(body, kStatusKeys, key, cell, row.status));
    return take_ranked(body, kLinkKeys, key, cell, row.link);
  });
}

}  // namespace

Result<PageFacts> page_facts(std::string_view json) {
  if (PageFacts facts; skim_page(json, facts)) return facts;
  return careful_facts(json);
}

Result<std::vector<PublishedWeek>> published_weeks(std::string_view json) {
  JsonBody body{{}, "a weeklyDownloadDetails reply"};
  std::vector<PublishedWeek> weeks;
  OFFEX_TRY(body.append(json));
  OFFEX_TRY(body.open());
  OFFEX_TRY(body.each_element(body.document(), {}, [&](Value& row) -> Result<void> {
    OFFEX_ASSIGN(PublishedWeek week, read_week(body, row));
    weeks.push_back(std::move(week));
    return {};
  }));
  OFFEX_TRY(body.close());
  return weeks;
}

Result<AsyncStatus> async_status(std::string_view json) {
  JsonBody body{{}, "the status of an asynchronous request"};
  OFFEX_TRY(body.append(json));
  OFFEX_TRY(body.open());
  StatusRow row;
  OFFEX_ASSIGN(const bool list, body.is_list());
  if (list) {
    std::size_t rows = 0;
    OFFEX_TRY(body.each_element(body.document(), {}, [&](Value& value) -> Result<void> {
      if (++rows > 1) return body.refuse(JsonBody::start_of(value), {}, "more than one status");
      return read_status(body, value, row);
    }));
  } else {
    OFFEX_TRY(read_status(body, body.document(), row));
  }
  OFFEX_TRY(body.close());
  if (row.status.text.empty() && row.link.text.empty()) {
    return body.refuse(nullptr, {}, "neither a status nor the address of a result");
  }
  return AsyncStatus{.status = std::move(row.status.text), .link = std::move(row.link.text)};
}

}  // namespace offex::formats
