#include "support/arrow_reader.hpp"

#include <array>
#include <cstddef>
#include <cstring>
#include <optional>
#include <stdexcept>

#include <fmt/format.h>

namespace offex::test_support {
namespace {

constexpr std::string_view kMagic = "ARROW1";
constexpr std::size_t kFileStart = 8;

void require(bool fine, const char* what) {
  if (!fine) throw std::runtime_error(what);
}

template <class T>
T value_at(std::string_view bytes, std::size_t at) {
  require(at <= bytes.size() && sizeof(T) <= bytes.size() - at, "a value beyond the end");
  T out{};
  std::memcpy(&out, bytes.data() + at, sizeof out);
  return out;
}

std::string_view part(std::string_view bytes, std::int64_t at, std::int64_t count) {
  require(at >= 0 && count >= 0, "a negative range");
  require(static_cast<std::size_t>(at) <= bytes.size(), "a range beyond the end");
  require(static_cast<std::size_t>(count) <= bytes.size() - static_cast<std::size_t>(at),
          "a range beyond the end");
  return bytes.substr(static_cast<std::size_t>(at), static_cast<std::size_t>(count));
}

/// A table of a FlatBuffer.
class FlatTable {
 public:
  FlatTable(std::string_view bytes, std::size_t at) : bytes_{bytes}, at_{at} {}

  static FlatTable root(std::string_view bytes) {
    return {bytes, value_at<std::uint32_t>(bytes, 0)};
  }

  template <class T>
  [[nodiscard]] T scalar(unsigned index, T fallback) const {
    const auto at = field(index);
    if (!at) return fallback;
    require(*at % sizeof(T) == 0, "a scalar of the metadata is not aligned");
    return value_at<T>(bytes_, *at);
  }
  [[nodiscard]] FlatTable table(unsigned index) const { return {bytes_, target(index)}; }
  [[nodiscard]] std::string text(unsigned index) const {
    const std::size_t at = target(index);
    const auto count = value_at<std::uint32_t>(bytes_, at);
    require(value_at<char>(bytes_, at + 4 + count) == '\0', "a text without its zero");
    return std::string{part(bytes_, static_cast<std::int64_t>(at + 4), count)};
  }
  [[nodiscard]] std::size_t count(unsigned index) const {
    return field(index) ? value_at<std::uint32_t>(bytes_, target(index)) : 0;
  }
  [[nodiscard]] FlatTable element(unsigned index, std::size_t number) const {
    const std::size_t at = target(index) + 4 + number * 4;
    return {bytes_, at + value_at<std::uint32_t>(bytes_, at)};
  }
  /// A word of the struct `number`, where structs have that many bytes.
  template <class T>
  [[nodiscard]] T in_struct(unsigned index, std::size_t number, std::size_t bytes,
                            std::size_t offset) const {
    const std::size_t at = target(index) + 4 + number * bytes + offset;
    require(at % sizeof(T) == 0, "a struct of the metadata is not aligned");
    return value_at<T>(bytes_, at);
  }

 private:
  [[nodiscard]] std::optional<std::size_t> field(unsigned index) const {
    const auto back = value_at<std::int32_t>(bytes_, at_);
    const std::size_t vtable = at_ - static_cast<std::size_t>(static_cast<std::ptrdiff_t>(back));
    const std::size_t slot = 4 + std::size_t{2} * index;
    if (slot >= value_at<std::uint16_t>(bytes_, vtable)) return std::nullopt;
    const auto offset = value_at<std::uint16_t>(bytes_, vtable + slot);
    if (offset == 0) return std::nullopt;
    return at_ + offset;
  }
  [[nodiscard]] std::size_t target(unsigned index) const {
    const auto at = field(index);
    require(at.has_value(), "a part of the metadata is absent");
    return *at + value_at<std::uint32_t>(bytes_, *at);
  }

  std::string_view bytes_;
  std::size_t at_;
};

std::string int_type(const FlatTable& type) {
  require(type.scalar<std::uint8_t>(1, 0) == 1, "an integer without a sign");
  return fmt::format("int{}", type.scalar<std::int32_t>(0, 0));
}

std::string timestamp_type(const FlatTable& type) {
  constexpr std::array<const char*, 4> kUnits{"s", "ms", "us", "ns"};
  return fmt::format("timestamp[{}, tz={}]",
                     kUnits.at(static_cast<std::size_t>(type.scalar<std::int16_t>(0, 0))),
                     type.text(1));
}

std::string decimal_type(const FlatTable& type) {
  return fmt::format("decimal{}({}, {})", type.scalar<std::int32_t>(2, 128),
                     type.scalar<std::int32_t>(0, 0), type.scalar<std::int32_t>(1, 0));
}

std::string type_text(const FlatTable& field) {
  require(field.scalar<std::uint8_t>(1, 0) == 1, "a column that may not miss cells");
  require(field.count(5) == 0, "a column with children");
  const FlatTable type = field.table(3);
  switch (field.scalar<std::uint8_t>(2, 0)) {
    case 2:
      return int_type(type);
    case 3:
      require(type.scalar<std::int16_t>(0, 0) == 2, "a float that is no double");
      return "double";
    case 5:
      return "string";
    case 6:
      return "bool";
    case 7:
      return decimal_type(type);
    case 8:
      return type.scalar<std::int16_t>(0, 1) == 0 ? "date32[day]" : "date64[ms]";
    case 10:
      return timestamp_type(type);
    default:
      throw std::runtime_error("a type that offex does not write");
  }
}

ArrowTable read_schema(const FlatTable& schema) {
  require(schema.scalar<std::int16_t>(0, 0) == 0, "not little-endian");
  ArrowTable out;
  for (std::size_t i = 0; i < schema.count(1); ++i) {
    const FlatTable field = schema.element(1, i);
    out.columns.push_back({.name = field.text(0), .type = type_text(field)});
  }
  for (std::size_t i = 0; i < schema.count(2); ++i) {
    const FlatTable pair = schema.element(2, i);
    out.notes.emplace_back(pair.text(0), pair.text(1));
  }
  return out;
}

struct Message {
  std::uint8_t kind{0};
  FlatTable header;
  std::string_view body;
};

/// Returns nothing at the mark of the end, and moves past what it read.
std::optional<Message> read_message(std::string_view bytes, std::size_t& at) {
  require(at % 8 == 0, "a message that is not aligned");
  require(value_at<std::int32_t>(bytes, at) == -1, "a message without its mark");
  const auto length = value_at<std::int32_t>(bytes, at + 4);
  at += 8;
  if (length == 0) return std::nullopt;
  const std::string_view metadata = part(bytes, static_cast<std::int64_t>(at), length);
  at += metadata.size();
  require(at % 64 == 0, "a body that is not aligned");
  const FlatTable message = FlatTable::root(metadata);
  require(message.scalar<std::int16_t>(0, 0) == 4, "not version 5 of the metadata");
  const std::string_view body =
      part(bytes, static_cast<std::int64_t>(at), message.scalar<std::int64_t>(3, 0));
  at += body.size();
  return Message{message.scalar<std::uint8_t>(1, 0), message.table(2), body};
}

/// The buffers of a batch, taken one after the other.
class Buffers {
 public:
  explicit Buffers(const Message& message) : message_{&message} {}
  std::string_view next() {
    const auto offset = message_->header.in_struct<std::int64_t>(2, number_, 16, 0);
    const auto bytes = message_->header.in_struct<std::int64_t>(2, number_, 16, 8);
    require(offset % 64 == 0, "a buffer that is not aligned");
    ++number_;
    return part(message_->body, offset, bytes);
  }
  [[nodiscard]] bool done() const { return number_ == message_->header.count(2); }

 private:
  const Message* message_;
  std::size_t number_{0};
};

bool bit(std::string_view bits, std::size_t row) {
  return ((value_at<std::uint8_t>(bits, row / 8) >> (row % 8)) & 1U) != 0;
}

ArrowCell decimal_cell(std::string_view values, std::size_t row) {
  const auto low = value_at<std::int64_t>(values, row * 16);
  require(value_at<std::int64_t>(values, row * 16 + 8) == (low < 0 ? -1 : 0), "a decimal's sign");
  return low;
}

ArrowCell text_cell(std::string_view offsets, std::string_view values, std::size_t row) {
  const auto begin = value_at<std::int32_t>(offsets, row * 4);
  const auto end = value_at<std::int32_t>(offsets, row * 4 + 4);
  require(row > 0 || begin == 0, "texts that do not begin at their first byte");
  return std::string{part(values, begin, std::int64_t{end} - begin)};
}

ArrowCell cell_of(const std::string& type, std::string_view offsets, std::string_view values,
                  std::size_t row) {
  if (type == "string") return text_cell(offsets, values, row);
  if (type == "bool") return bit(values, row);
  if (type == "double") return ArrowDouble{value_at<double>(values, row * 8)};
  if (type == "int32" || type == "date32[day]") {
    return std::int64_t{value_at<std::int32_t>(values, row * 4)};
  }
  if (type == "int64" || type.starts_with("timestamp[ns")) {
    return value_at<std::int64_t>(values, row * 8);
  }
  require(type.starts_with("decimal128"), "a type without a decoder");
  return decimal_cell(values, row);
}

void read_column(Buffers& buffers, std::size_t rows, std::int64_t missing, ArrowReadColumn& out,
                 ArrowTable& table) {
  const std::string_view validity = buffers.next();
  const std::string_view offsets = out.type == "string" ? buffers.next() : std::string_view{};
  const std::string_view values = buffers.next();
  table.validity_bytes.push_back(static_cast<std::int64_t>(validity.size()));
  std::int64_t absent = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    if (!validity.empty() && !bit(validity, row)) {
      ++absent;
      out.cells.emplace_back();
    } else {
      out.cells.push_back(cell_of(out.type, offsets, values, row));
    }
  }
  require(absent == missing, "a wrong count of missing cells");
}

void read_batch(const Message& message, ArrowTable& out) {
  require(message.kind == 3, "a message that is no batch");
  const auto rows = message.header.scalar<std::int64_t>(0, 0);
  require(message.header.count(1) == out.columns.size(), "a batch of another width");
  out.batch_rows.push_back(rows);
  Buffers buffers{message};
  for (std::size_t i = 0; i < out.columns.size(); ++i) {
    require(message.header.in_struct<std::int64_t>(1, i, 16, 0) == rows, "a column's length");
    read_column(buffers, static_cast<std::size_t>(rows),
                message.header.in_struct<std::int64_t>(1, i, 16, 8), out.columns[i], out);
  }
  require(buffers.done(), "a batch with more buffers than its columns have");
}

/// Reads messages from `at` to the mark of the end, and moves past it.
ArrowTable read_messages(std::string_view bytes, std::size_t& at) {
  const auto first = read_message(bytes, at);
  require(first && first->kind == 1, "the schema does not come first");
  ArrowTable out = read_schema(first->header);
  while (const auto message = read_message(bytes, at)) read_batch(*message, out);
  return out;
}

}  // namespace

ArrowTable read_arrow_stream(std::string_view bytes) {
  std::size_t at = 0;
  ArrowTable out = read_messages(bytes, at);
  require(at == bytes.size(), "bytes after the end");
  return out;
}

ArrowTable read_arrow_file(std::string_view bytes) {
  require(bytes.starts_with(kMagic) && bytes.ends_with(kMagic), "no Arrow file");
  const std::size_t tail = bytes.size() - kMagic.size() - 4;
  const auto length = value_at<std::int32_t>(bytes, tail);
  const std::int64_t start = static_cast<std::int64_t>(tail) - length;
  const FlatTable footer = FlatTable::root(part(bytes, start, length));
  require(footer.scalar<std::int16_t>(0, 0) == 4, "not version 5 of the metadata");
  require(footer.count(2) == 0, "dictionaries");
  ArrowTable out = read_schema(footer.table(1));
  for (std::size_t i = 0; i < footer.count(3); ++i) {
    auto at = static_cast<std::size_t>(footer.in_struct<std::int64_t>(3, i, 24, 0));
    const std::size_t body = at + footer.in_struct<std::uint32_t>(3, i, 24, 8);
    const auto message = read_message(bytes, at);
    require(message.has_value(), "the footer points at the end");
    require(at == body + message->body.size(), "the footer's length of metadata");
    require(message->body.size() == footer.in_struct<std::uint64_t>(3, i, 24, 16),
            "the footer's length of a body");
    read_batch(*message, out);
  }
  std::size_t at = kFileStart;
  require(read_messages(bytes, at) == out, "the footer tells another table");
  require(at == static_cast<std::size_t>(start), "bytes between the end and the footer");
  return out;
}

}  // namespace offex::test_support
