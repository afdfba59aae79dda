#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <span>
#include <utility>

#include "sim/http_internal.hpp"
#include "sim/serve_postgrest_schema_internal.hpp"

namespace offex::sim {
namespace {

using Words = std::span<const std::string>;

bool is_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

std::size_t end_of(std::string_view sql, std::size_t from, std::string_view mark) {
  const std::size_t at = sql.find(mark, from);
  return at == std::string_view::npos ? sql.size() : at + mark.size();
}

/// Words in lower case, quoted names as they are, and signs; neither comments nor texts.
std::vector<std::string> words_of(std::string_view sql) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < sql.size();) {
    const std::string_view rest = sql.substr(at);
    const char c = rest.front();
    std::size_t end = at + 1;
    if (rest.starts_with("--")) {
      end = end_of(sql, at, "\n");
    } else if (rest.starts_with("/*")) {
      end = end_of(sql, at, "*/");
    } else if (c == '\'') {
      end = end_of(sql, at + 1, "'");
    } else if (c == '$') {
      const std::size_t tag = std::min(sql.find('$', at + 1), sql.size() - 1);
      end = end_of(sql, tag + 1, sql.substr(at, tag + 1 - at));
    } else if (c == '"') {
      end = end_of(sql, at + 1, "\"");
      out.emplace_back(sql.substr(at + 1, end - at - 2));
    } else if (is_name(c)) {
      while (end < sql.size() && is_name(sql[end])) ++end;
      out.push_back(lower(sql.substr(at, end - at)));
    } else if (std::isspace(static_cast<unsigned char>(c)) == 0) {
      out.emplace_back(1, c);
    }
    at = end;
  }
  return out;
}

/// Drops the words in front when all of them are there.
bool take(Words& words, std::initializer_list<std::string_view> wanted) {
  if (words.size() < wanted.size() || !std::ranges::equal(words.first(wanted.size()), wanted)) {
    return false;
  }
  words = words.subspan(wanted.size());
  return true;
}

/// A name, without its schema.
std::string take_name(Words& words) {
  std::string out;
  do {
    if (words.empty()) return out;
    out = words.front();
    words = words.subspan(1);
  } while (take(words, {"."}));
  return out;
}

/// What stands in the brackets at the front, parted by commas of its own level.
std::vector<std::vector<std::string>> take_list(Words& words) {
  std::vector<std::vector<std::string>> out;
  if (!take(words, {"("})) return out;
  out.emplace_back();
  for (int depth = 1; !words.empty(); words = words.subspan(1)) {
    const std::string& word = words.front();
    if (word == "(") ++depth;
    if (word == ")" && --depth == 0) break;
    if (word == "," && depth == 1) {
      out.emplace_back();
    } else {
      out.back().push_back(word);
    }
  }
  return out;
}

std::vector<std::string> names_of(const std::vector<std::vector<std::string>>& list) {
  std::vector<std::string> out;
  for (const auto& part : list) {
    if (!part.empty()) out.push_back(part.front());
  }
  return out;
}

TableShape& shape_of(std::vector<TableShape>& shapes, const std::string& name) {
  const auto at = std::ranges::find(shapes, name, &TableShape::name);
  if (at != shapes.end()) return *at;
  return shapes.emplace_back(TableShape{.name = name, .columns = {}, .formats = {}, .key = {}});
}

/// The type at the front of `words` as a description names it: whole, and without its precision.
std::string format_of(Words words) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kLong{
      {{"bigserial", "bigint"},
       {"serial", "integer"},
       {"int", "integer"},
       {"double", "double precision"},
       {"decimal", "numeric"},
       {"timestamptz", "timestamp with time zone"},
       {"timestamp", "timestamp without time zone"}}};
  if (words.empty()) return {};
  if (take(words, {"timestamp", "with"})) return "timestamp with time zone";
  const std::string& word = words.front();
  const auto* const known =
      std::ranges::find(kLong, word, &std::pair<std::string_view, std::string_view>::first);
  return known == kLong.end() ? word : std::string{known->second};
}

void add_column(TableShape& shape, const std::string& name, Words type) {
  if (std::ranges::find(shape.columns, name) != shape.columns.end()) return;
  shape.columns.push_back(name);
  shape.formats.push_back(format_of(type));
}

void add_part(const std::vector<std::string>& part, TableShape& shape) {
  constexpr std::array<std::string_view, 6> kRules{"constraint", "primary", "unique",
                                                   "check",      "foreign", "exclude"};
  if (part.empty()) return;
  const bool rule = std::ranges::find(kRules, part.front()) != kRules.end();
  if (!rule) add_column(shape, part.front(), Words{part}.subspan(1));
  for (Words rest{part}; !rest.empty(); rest = rest.subspan(1)) {
    const bool unique = take(rest, {"unique"});
    if (!unique && !take(rest, {"primary", "key"})) continue;
    std::vector<std::string> names = rule ? names_of(take_list(rest)) : std::vector{part.front()};
    if (unique || shape.key.empty()) shape.key = std::move(names);
    return;
  }
}

void add_statement(Words words, std::vector<TableShape>& shapes) {
  if (take(words, {"create", "table"})) {
    take(words, {"if", "not", "exists"});
    TableShape& shape = shape_of(shapes, take_name(words));
    for (const auto& part : take_list(words)) add_part(part, shape);
  } else if (take(words, {"alter", "table"})) {
    take(words, {"if", "exists"});
    take(words, {"only"});
    TableShape& shape = shape_of(shapes, take_name(words));
    for (; !words.empty(); words = words.subspan(1)) {
      if (!take(words, {"add", "column"})) continue;
      take(words, {"if", "not", "exists"});
      const std::string name = take_name(words);
      add_column(shape, name, words);
      if (words.empty()) return;
    }
  } else if (take(words, {"create", "unique", "index"})) {
    while (!words.empty() && !take(words, {"on"})) words = words.subspan(1);
    const std::string table = take_name(words);
    while (!words.empty() && words.front() != "(") words = words.subspan(1);
    shape_of(shapes, table).key = names_of(take_list(words));
  }
}

}  // namespace

void add_shapes(std::string_view sql, std::vector<TableShape>& out) {
  const std::vector<std::string> words = words_of(sql);
  for (auto begin = words.begin(); begin != words.end();) {
    const auto end = std::find(begin, words.end(), ";");
    add_statement({begin, end}, out);
    begin = end == words.end() ? end : end + 1;
  }
}

}  // namespace offex::sim
