#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "formats/cell_reader_internal.hpp"
#include "formats/decimal_internal.hpp"
#include "formats/faults_internal.hpp"
#include "formats/json_body_internal.hpp"

namespace offex::formats {
namespace {

std::size_t count_digits(std::string_view text) {
  const std::size_t end = text.find_first_not_of("0123456789");
  return end == std::string_view::npos ? text.size() : end;
}

// The grammar of a JSON number; other readers of decimals take more.
bool is_json_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const std::size_t whole = count_digits(text);
  if (whole == 0 || (whole > 1 && text[0] == '0')) return false;
  text.remove_prefix(whole);
  if (text.starts_with('.')) {
    const std::size_t places = count_digits(text.substr(1));
    if (places == 0) return false;
    text.remove_prefix(1 + places);
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
    return count_digits(text) == text.size() && !text.empty();
  }
  return text.empty();
}

bool is_inside_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

// The end of the longest good start. Starts that end before a whole character are good up to a
// length and bad from there on, so that halving finds it.
const char* first_bad_utf8(std::string_view text) {
  std::size_t good = 0;
  std::size_t bad = text.size();
  while (good < bad) {
    std::size_t middle = good + (bad - good) / 2;
    while (middle > good && is_inside_character(text[middle])) --middle;
    if (middle == good) {
      do ++middle;
      while (middle < bad && is_inside_character(text[middle]));
    }
    if (middle == bad) break;
    (simdjson::validate_utf8(text.substr(0, middle)) ? good : bad) = middle;
  }
  return text.data() + good;
}

std::string push_int32(columns::Column& column, std::string_view text) {
  const auto value = read_decimal(text, 0);
  if (!value) return std::string{number_reason(text, value.error())};
  if (*value < 0) return "negative";
  if (*value > std::numeric_limits<std::int32_t>::max()) return "too large";
  column.push<std::int32_t>(static_cast<std::int32_t>(*value));
  return {};
}

std::string push_text(columns::Column& column, std::string_view text) {
  if (std::string reason = control_character_reason(text); !reason.empty()) return reason;
  if (text.empty()) {
    column.push_missing();
    return {};
  }
  return push_cell(column, text);
}

}  // namespace

std::string_view trimmed_token(std::string_view token) {
  std::size_t size = token.size();
  while (size > 0 && (token[size - 1] == ' ' || token[size - 1] == '\n' ||
                      token[size - 1] == '\r' || token[size - 1] == '\t')) {
    --size;
  }
  return token.substr(0, size);
}

base::Place place_in_text(const std::string& file, std::string_view text, const char* at,
                          const char* row, std::string_view field) {
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const char* const where = at == nullptr ? begin : std::clamp(at, begin, end);
  const char* const shown = row == nullptr ? begin : std::clamp(row, begin, end);
  const std::string_view before{begin, static_cast<std::size_t>(where - begin)};
  const std::size_t feed = before.rfind('\n');
  const std::size_t column =
      feed == std::string_view::npos ? before.size() : before.size() - feed - 1;
  return {.file = file,
          .line = static_cast<std::uint64_t>(std::ranges::count(before, '\n')) + 1,
          .column = static_cast<std::uint32_t>(column + 1),
          .byte = before.size(),
          .field = std::string{field},
          .excerpt = base::printable_excerpt({shown, static_cast<std::size_t>(end - shown)})};
}

Result<void> JsonBody::append(std::string_view block) {
  if (block.size() <= max_bytes_ - text_.size()) {
    // Mostly there is one block: with room for the padding its text is not moved again.
    if (text_.empty()) text_.reserve(block.size() + simdjson::SIMDJSON_PADDING);
    text_.append(block);
    return {};
  }
  return fail(base::ErrorCode::Integrity, fmt::format("a reply of more than {} bytes", max_bytes_),
              in_file(file_));
}

Result<void> JsonBody::open() {
  size_ = text_.size();
  text_.append(simdjson::SIMDJSON_PADDING, ' ');
  const std::size_t skipped = text_.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  const simdjson::padded_string_view view{text_.data() + skipped, size_ - skipped,
                                          text_.size() - skipped};
  const auto code = parser_.iterate(view).get(document_);
  if (code == simdjson::SUCCESS) return {};
  const char* at = nullptr;
  if (code == simdjson::UNCLOSED_STRING) at = text_.data() + size_;
  if (code == simdjson::UTF8_ERROR) at = first_bad_utf8({text_.data(), size_});
  return refuse(at, {}, fmt::format("not JSON: {}", simdjson::error_message(code)));
}

Result<bool> JsonBody::is_list() {
  simdjson::ondemand::json_type type{};
  if (auto code = document_.type().get(type)) return malformed(code);
  return type == simdjson::ondemand::json_type::array;
}

std::optional<std::string_view> JsonBody::plain_key(const char* begin) const {
  const char* const end = text_.data() + size_;
  const auto* const quote =
      static_cast<const char*>(std::memchr(begin, '"', static_cast<std::size_t>(end - begin)));
  if (quote == nullptr) return std::nullopt;
  const std::string_view key{begin, static_cast<std::size_t>(quote - begin)};
  if (key.find('\\') != std::string_view::npos) return std::nullopt;
  return key;
}

Result<void> JsonBody::close() {
  // Behind the last token there is no location any more.
  const char* rest = nullptr;
  if (document_.current_location().get(rest) != simdjson::SUCCESS) return {};
  return refuse(rest, {}, "text behind the end of the reply");
}

std::string_view JsonBody::token(Value& value) { return trimmed_token(value.raw_json_token()); }

const char* JsonBody::start_of(Document& /*document*/) const { return text_.data(); }

base::Place JsonBody::place(const char* at, const char* row, std::string_view field) const {
  return place_in_text(file_, {text_.data(), size_}, at, row, field);
}

std::unexpected<base::Error> JsonBody::refuse(const char* at, std::string_view field,
                                              std::string reason) const {
  return fail(base::ErrorCode::Integrity, std::move(reason), place(at, at, field));
}

std::unexpected<base::Error> JsonBody::malformed(simdjson::error_code code) {
  if (code == simdjson::INCOMPLETE_ARRAY_OR_OBJECT) {
    return refuse(text_.data() + size_, {},
                  fmt::format("the last bracket of {} is not the end: the text is cut, or more "
                              "text follows",
                              title_));
  }
  const char* at = nullptr;
  if (document_.current_location().get(at) != simdjson::SUCCESS) at = text_.data() + size_;
  return refuse(at, {},
                fmt::format("not the JSON of {}: {}", title_, simdjson::error_message(code)));
}

std::unexpected<base::Error> JsonBody::wrong_type(simdjson::error_code code, const char* at,
                                                  std::string_view field, std::string_view wanted) {
  if (code != simdjson::INCORRECT_TYPE) return malformed(code);
  return refuse(at, field, fmt::format("not {}", wanted));
}

Result<JsonCell> JsonBody::read_cell(Value& value, std::string_view key) {
  const std::string_view raw = token(value);
  const char* at = raw.data();
  JsonCell cell{.kind = JsonKind::Number, .text = raw, .at = at};
  if (raw == "null") return JsonCell{.at = at};
  if (raw == "true" || raw == "false") {
    cell.kind = JsonKind::Bool;
  } else if (raw.starts_with('"')) {
    cell.kind = JsonKind::Text;
    // Without escapes the text stands in the body as it is.
    if (raw.size() >= 2 && raw.ends_with('"') && raw.find('\\') == std::string_view::npos) {
      cell.text = raw.substr(1, raw.size() - 2);
    } else if (auto code = value.get_string().get(cell.text)) {
      return malformed(code);
    }
  } else if (raw.starts_with('{') || raw.starts_with('[')) {
    cell.kind = JsonKind::Nested;
  } else if (!is_json_number(raw)) {
    return refuse(at, key, "not a JSON value");
  }
  return cell;
}

Result<const char*> JsonBody::read_row(Value row, std::span<const std::string_view> keys,
                                       std::span<JsonCell> cells) {
  const char* start = start_of(row);
  std::ranges::fill(cells, JsonCell{});
  OFFEX_TRY(each_member(row, "row", [&](std::string_view key, Value& value) -> Result<void> {
    const auto found = std::ranges::find(keys, key);
    if (found == keys.end()) return {};
    JsonCell& cell = cells[static_cast<std::size_t>(found - keys.begin())];
    if (cell.at != nullptr) return refuse(start_of(value), key, "this key stands twice");
    OFFEX_ASSIGN(cell, read_cell(value, key));
    return {};
  }));
  return start;
}

std::string push_json(columns::Column& column, const JsonCell& cell) {
  using columns::Type;
  switch (column.type()) {
    case Type::Bool:
      if (cell.kind != JsonKind::Bool) return "neither true nor false";
      column.push<std::int8_t>(cell.text == "true" ? 1 : 0);
      return {};
    case Type::Text:
      if (cell.kind != JsonKind::Text) return "not a text";
      return push_text(column, cell.text);
    case Type::Symbol:
    case Type::Day:
      if (cell.kind != JsonKind::Text) return "not a text";
      return push_cell(column, cell.text);
    case Type::Int32:
      if (cell.kind != JsonKind::Number) return "not a number";
      return push_int32(column, cell.text);
    default:
      if (cell.kind != JsonKind::Number) return "not a number";
      return push_cell(column, cell.text);
  }
}

}  // namespace offex::formats
