#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <simdjson.h>

#include "offex/base/result.hpp"
#include "offex/columns/column.hpp"

namespace offex::formats {

/// Warns of a reply with a `next_url`. The address is not shown: it may hold a key.
inline constexpr std::string_view kFurtherPage =
    "next_url: there is a further page, and this file holds only one";

/// Returns a token without the white space behind it.
[[nodiscard]] std::string_view trimmed_token(std::string_view token);

/// Returns the place of `at` in `text` of `file`; `row` is where the excerpt starts. nullptr is the
/// start of the text, and pointers that lie outside are moved to its ends.
[[nodiscard]] base::Place place_in_text(const std::string& file, std::string_view text,
                                        const char* at, const char* row, std::string_view field);

/// What a value of a row is.
enum class JsonKind : std::uint8_t { Missing, Text, Number, Bool, Nested };

/// One value of a row. `null` and a key that is not there are both Missing.
struct JsonCell {
  JsonKind kind{JsonKind::Missing};
  /// Text: without quotes and escapes. Number, Bool: as written, so that no number passes through a
  /// double. Lives as long as the body.
  std::string_view text{};
  const char* at{nullptr};  ///< first byte of the value in the body, for places

  [[nodiscard]] bool missing() const { return kind == JsonKind::Missing; }
};

/// The text of one JSON document: buffer, parser, and the places of what is wrong.
///
/// A reader hands its blocks to `append`. At the end it calls `open`, walks the document with
/// `each_member`, `each_element` and `read_row`, and calls `close`. What it cannot use it answers
/// with `refuse`, which knows line, column and byte of any pointer into the body. simdjson's
/// on-demand rules hold: a value is read once and in order, and a container that is not read is
/// skipped.
class JsonBody {
 public:
  using Document = simdjson::ondemand::document;
  using Value = simdjson::ondemand::value;

  /// The parser needs some seven bytes of memory for each byte of text.
  static constexpr std::size_t kMaxBytes = std::size_t{256} << 20U;

  /// \param file name for messages
  /// \param title what it should be, for messages: "a grouped daily reply"
  JsonBody(std::string file, std::string title, std::size_t max_bytes = kMaxBytes)
      : file_{std::move(file)}, title_{std::move(title)}, max_bytes_{max_bytes} {}

  /// Keeps a block; a body of more than `max_bytes` is an Integrity error.
  [[nodiscard]] Result<void> append(std::string_view block);
  /// Finds the structure of the whole text. Call once, before everything below.
  [[nodiscard]] Result<void> open();
  /// Returns the document, to be handed to `each_member` or `each_element`.
  [[nodiscard]] Document& document() { return document_; }
  /// Returns whether the document is a list. Ask before it is walked.
  [[nodiscard]] Result<bool> is_list();
  /// Returns an error when text stands behind the document, which must have been read to its end.
  [[nodiscard]] Result<void> close();

  /// Returns the trimmed text of a value that is no container, or the start of one.
  [[nodiscard]] static std::string_view token(Value& value);
  /// Returns the first byte of a value.
  [[nodiscard]] static const char* start_of(Value& value) { return token(value).data(); }
  /// Returns the place of `at`; `row` is where the excerpt starts.
  [[nodiscard]] base::Place place(const char* at, const char* row, std::string_view field) const;
  /// Returns an Integrity error at `at`; nullptr is the start of the text.
  [[nodiscard]] std::unexpected<base::Error> refuse(const char* at, std::string_view field,
                                                    std::string reason) const;
  /// Returns an Integrity error for what simdjson says, at the place it stopped.
  [[nodiscard]] std::unexpected<base::Error> malformed(simdjson::error_code code);

  /// Reads one value. Of a Nested one nothing is read: walk it, or let it be skipped.
  [[nodiscard]] Result<JsonCell> read_cell(Value& value, std::string_view key);
  /// Reads an object: the value of `keys[i]` goes to `cells[i]`, other keys are skipped. A key that
  /// stands twice refuses the body. Returns where the row starts.
  /// \pre as many cells as keys
  [[nodiscard]] Result<const char*> read_row(Value row, std::span<const std::string_view> keys,
                                             std::span<JsonCell> cells);

  /// Calls `visit(key, value)`, which returns Result<void>, for each member of an object. `object`
  /// is a Value or the Document; `field` names it in messages.
  template <class Object, class Visit>
  [[nodiscard]] Result<void> each_member(Object& object, std::string_view field,
                                         const Visit& visit);
  /// Calls `visit(value)`, which returns Result<void>, for each element of an array.
  template <class Array, class Visit>
  [[nodiscard]] Result<void> each_element(Array& array, std::string_view field, const Visit& visit);

 private:
  [[nodiscard]] std::unexpected<base::Error> wrong_type(simdjson::error_code code, const char* at,
                                                        std::string_view field,
                                                        std::string_view wanted);
  [[nodiscard]] const char* start_of(Document& /*document*/) const;
  /// Returns the key that starts behind a quote at `begin`, unless it has escapes.
  [[nodiscard]] std::optional<std::string_view> plain_key(const char* begin) const;

  std::string file_;
  std::string title_;
  std::size_t max_bytes_;
  std::string text_;
  std::size_t size_{0};
  simdjson::ondemand::parser parser_;
  Document document_;
};

/// Appends a value to the column by the column's type; returns why it cannot be used, or nothing.
/// Texts are wanted for Symbol, Day and Text, numbers that are not negative for the others but
/// Bool. An empty Text becomes a missing one.
/// \pre the cell is not missing
[[nodiscard]] std::string push_json(columns::Column& column, const JsonCell& cell);

template <class Object, class Visit>
Result<void> JsonBody::each_member(Object& object, std::string_view field, const Visit& visit) {
  const char* at = start_of(object);
  simdjson::ondemand::object members;
  if (auto code = object.get_object().get(members)) return wrong_type(code, at, field, "an object");
  for (auto member : members) {
    std::string_view key;
    Value value;
    simdjson::ondemand::raw_json_string raw;
    if (auto code = member.key().get(raw)) return malformed(code);
    if (const auto plain = plain_key(raw.raw())) {
      key = *plain;
    } else if (auto code = member.unescaped_key().get(key)) {
      return malformed(code);
    }
    if (auto code = member.value().get(value)) return malformed(code);
    OFFEX_TRY(visit(key, value));
  }
  return {};
}

template <class Array, class Visit>
Result<void> JsonBody::each_element(Array& array, std::string_view field, const Visit& visit) {
  const char* at = start_of(array);
  simdjson::ondemand::array elements;
  if (auto code = array.get_array().get(elements)) return wrong_type(code, at, field, "a list");
  for (auto element : elements) {
    Value value;
    if (auto code = element.get(value)) return malformed(code);
    OFFEX_TRY(visit(value));
  }
  return {};
}

}  // namespace offex::formats
