#include "formats/csv_row_internal.hpp"

namespace offex::formats {

std::optional<RowFault> CsvRow::read(std::string_view line) {
  fields_.clear();
  unescaped_.clear();
  // Moving strings would move short texts under the views, so that room is made first.
  unescaped_.reserve(line.size() / 2);
  for (std::string_view rest = line;;) {
    if (quotes_ && rest.starts_with('"')) {
      if (auto fault = read_quoted(rest)) return fault;
    } else {
      const std::string_view field = rest.substr(0, rest.find(delimiter_));
      const std::size_t quote = quotes_ ? field.find('"') : std::string_view::npos;
      if (quote != std::string_view::npos) {
        return RowFault{{}, field.substr(quote), "a quote inside a field that is not quoted"};
      }
      fields_.push_back({.text = field, .bytes = field});
      rest.remove_prefix(field.size());
    }
    if (rest.empty()) return std::nullopt;
    rest.remove_prefix(1);
  }
}

std::optional<RowFault> CsvRow::read_quoted(std::string_view& rest) {
  std::size_t end = rest.find('"', 1);
  bool escaped = false;
  while (end != std::string_view::npos && end + 1 < rest.size() && rest[end + 1] == '"') {
    escaped = true;
    end = rest.find('"', end + 2);
  }
  if (end == std::string_view::npos) return RowFault{{}, rest, "a quote that is not closed"};
  std::string_view text = rest.substr(1, end - 1);
  const std::string_view bytes = rest.substr(0, end + 1);
  rest.remove_prefix(end + 1);
  if (!rest.empty() && rest.front() != delimiter_) {
    return RowFault{{}, rest, "text between a closing quote and the next field"};
  }
  if (escaped) {
    std::string& plain = unescaped_.emplace_back();
    for (std::size_t i = 0; i < text.size(); ++i) {
      plain += text[i];
      if (text[i] == '"') ++i;
    }
    text = plain;
  }
  fields_.push_back({.text = text, .bytes = bytes});
  return std::nullopt;
}

}  // namespace offex::formats
