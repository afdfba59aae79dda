#include <cstdint>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "offex/base/check.hpp"
#include "offex/render/json_text.hpp"
#include "offex/render/writers.hpp"

#include "render/cell_internal.hpp"
#include "render/output_internal.hpp"
#include "render/utf8_internal.hpp"

namespace offex::render {
namespace {

using columns::Batch;
using columns::Column;
using columns::Type;

bool is_plain_json(std::string_view text) {
  for (const char byte : text) {
    const auto code = static_cast<unsigned char>(byte);
    if (code < 0x20 || code >= 0x7F || byte == '"' || byte == '\\') return false;
  }
  return true;
}

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// JSON's own grammar, because an exact decimal such as "+1" or ".5" is a number elsewhere only.
bool is_json_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  if (!is_digits(whole) || (whole.size() > 1 && whole.front() == '0')) return false;
  return point == std::string_view::npos || is_digits(text.substr(point + 1));
}

enum class Shape : std::uint8_t { Array, Lines };

class JsonWriter final : public RowWriter {
 public:
  JsonWriter(Sink sink, Shape shape) : output_{std::move(sink)}, shape_{shape} {}

  Result<void> begin(const Batch& header) override {
    for (const Column& column : header.columns()) {
      std::string key = keys_.empty() ? "{" : ",";
      append_json_string(key, column.name());
      key.push_back(':');
      keys_.push_back(std::move(key));
    }
    if (shape_ == Shape::Array) output_.text() += "[";
    return {};
  }

  Result<void> rows(const Batch& batch) override {
    OFFEX_CHECK(batch.num_columns() == keys_.size());
    std::string& out = output_.text();
    for (std::size_t row = 0; row < batch.num_rows(); ++row) {
      if (shape_ == Shape::Array) out += any_row_ ? ",\n" : "\n";
      any_row_ = true;
      for (std::size_t index = 0; index < keys_.size(); ++index) {
        out += keys_[index];
        append_cell(out, batch.column(index), row);
      }
      out += shape_ == Shape::Array ? "}" : "}\n";
      OFFEX_TRY(output_.row_done());
    }
    return {};
  }

  Result<void> end() override {
    if (shape_ == Shape::Array) output_.text() += any_row_ ? "\n]\n" : "]\n";
    return output_.flush();
  }

 private:
  static void append_cell(std::string& out, const Column& column, std::size_t row) {
    if (!has_value(column, row)) {
      out += "null";
      return;
    }
    switch (column.type()) {
      case Type::Bool:
        out += column.values<std::int8_t>()[row] != 0 ? "true" : "false";
        return;
      case Type::Symbol:
      case Type::Text:
      case Type::Label:
        append_json_string(out, words_of(column, row));
        return;
      case Type::Number:
        append_wide_number(out, words_of(column, row));
        return;
      case Type::Day:
      case Type::Instant:
        out.push_back('"');
        append_exact(out, column, row);
        out.push_back('"');
        return;
      case Type::Int32:
      case Type::Int64:
      case Type::Double:
      case Type::Quantity:
      case Type::Price:
        append_exact(out, column, row);
        return;
    }
  }

  static void append_wide_number(std::string& out, std::string_view text) {
    if (is_json_number(text)) {
      out += text;
    } else {
      append_json_string(out, text);
    }
  }

  Output output_;
  Shape shape_;
  std::vector<std::string> keys_;  // with the brace or comma before and the colon after
  bool any_row_{false};
};

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out.push_back('"');
  if (is_plain_json(text)) {
    out += text;
    out.push_back('"');
    return;
  }
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Char next = decode_utf8(text, at);
    if (!next.valid) {
      out += kReplacement;
    } else if (next.code == U'"' || next.code == U'\\') {
      out.push_back('\\');
      out.push_back(text[at]);
    } else if (next.code < 0x20 || next.code == 0x7F) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(next.code));
    } else {
      out += text.substr(at, next.bytes);
    }
    at += next.bytes;
  }
  out.push_back('"');
}

std::unique_ptr<RowWriter> make_json_writer(Sink sink) {
  return std::make_unique<JsonWriter>(std::move(sink), Shape::Array);
}

std::unique_ptr<RowWriter> make_jsonl_writer(Sink sink) {
  return std::make_unique<JsonWriter>(std::move(sink), Shape::Lines);
}

}  // namespace offex::render
