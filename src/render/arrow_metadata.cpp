#include <bit>
#include <string_view>
#include <vector>

#include <flatbuffers/flatbuffers.h>

#include "offex/market/quantity.hpp"

#include "render/arrow_metadata_internal.hpp"

namespace offex::render {
namespace {

using columns::Type;
using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;
using Slot = flatbuffers::voffset_t;
using TableEnd = flatbuffers::uoffset_t;

static_assert(std::endian::native == std::endian::little, "buffers are written as they are");
static_assert(sizeof(ArrowNode) == 16 && sizeof(ArrowRange) == 16 && sizeof(ArrowBlock) == 24);

// Some thirty fields of Arrow's schemas are all that we write. They are named here by the place of
// each in its table, which the format may never change; generated code would need the compiler.
constexpr Slot slot(unsigned index) { return static_cast<Slot>(4 + 2 * index); }

namespace key_value {
constexpr Slot kKey = slot(0);
constexpr Slot kValue = slot(1);
}  // namespace key_value

namespace field {
constexpr Slot kName = slot(0);
constexpr Slot kNullable = slot(1);
constexpr Slot kKind = slot(2);
constexpr Slot kType = slot(3);
constexpr Slot kChildren = slot(5);
}  // namespace field

namespace schema {
constexpr Slot kFields = slot(1);
constexpr Slot kMetadata = slot(2);
}  // namespace schema

namespace record_batch {
constexpr Slot kLength = slot(0);
constexpr Slot kNodes = slot(1);
constexpr Slot kBuffers = slot(2);
}  // namespace record_batch

namespace message {
constexpr Slot kVersion = slot(0);
constexpr Slot kKind = slot(1);
constexpr Slot kHeader = slot(2);
constexpr Slot kBodyLength = slot(3);
constexpr std::uint8_t kSchema = 1;
constexpr std::uint8_t kRecordBatch = 3;
}  // namespace message

namespace footer {
constexpr Slot kVersion = slot(0);
constexpr Slot kSchema = slot(1);
constexpr Slot kDictionaries = slot(2);
constexpr Slot kBatches = slot(3);
}  // namespace footer

constexpr std::int16_t kVersion5 = 4;
constexpr std::int16_t kDouble = 2;
constexpr std::int16_t kDays = 0;
constexpr std::int16_t kNanoseconds = 3;

/// Members of the union Type.
enum class Kind : std::uint8_t {
  Int = 2,
  FloatingPoint = 3,
  Utf8 = 5,
  Bool = 6,
  Decimal = 7,
  Date = 8,
  Timestamp = 10,
};

Kind kind_of(Type type) {
  switch (type) {
    case Type::Bool:
      return Kind::Bool;
    case Type::Int32:
    case Type::Int64:
      return Kind::Int;
    case Type::Double:
      return Kind::FloatingPoint;
    case Type::Quantity:
    case Type::Price:
      return Kind::Decimal;
    case Type::Day:
      return Kind::Date;
    case Type::Instant:
      return Kind::Timestamp;
    case Type::Symbol:
    case Type::Text:
    case Type::Number:
    case Type::Label:
      break;
  }
  return Kind::Utf8;
}

/// A value that equals the default of the schema is left out, as FlatBuffers has it.
TableEnd add_int(FlatBufferBuilder& out, std::int32_t bits) {
  const TableEnd start = out.StartTable();
  out.AddElement<std::int32_t>(slot(0), bits, 0);
  out.AddElement<std::uint8_t>(slot(1), 1, 0);  // signed
  return out.EndTable(start);
}

TableEnd add_decimal(FlatBufferBuilder& out, std::int32_t scale) {
  constexpr std::int32_t kPrecision = 18;
  const TableEnd start = out.StartTable();
  out.AddElement<std::int32_t>(slot(0), kPrecision, 0);
  out.AddElement<std::int32_t>(slot(1), scale, 0);
  out.AddElement<std::int32_t>(slot(2), 128, 128);
  return out.EndTable(start);
}

/// A table with one enumeration of 16 bits, or with none where it is the default.
TableEnd add_unit(FlatBufferBuilder& out, std::int16_t unit, std::int16_t fallback) {
  const TableEnd start = out.StartTable();
  out.AddElement<std::int16_t>(slot(0), unit, fallback);
  return out.EndTable(start);
}

TableEnd add_timestamp(FlatBufferBuilder& out) {
  const Offset<flatbuffers::String> zone = out.CreateString("UTC");
  const TableEnd start = out.StartTable();
  out.AddElement<std::int16_t>(slot(0), kNanoseconds, 0);
  out.AddOffset(slot(1), zone);
  return out.EndTable(start);
}

TableEnd add_type(FlatBufferBuilder& out, Type type) {
  constexpr std::int16_t kMilliseconds = 1;  // the default of Date
  switch (kind_of(type)) {
    case Kind::Int:
      return add_int(out, type == Type::Int32 ? 32 : 64);
    case Kind::Decimal:
      return add_decimal(
          out, type == Type::Quantity ? market::Quantity::kDecimals : market::Price::kDecimals);
    case Kind::FloatingPoint:
      return add_unit(out, kDouble, 0);
    case Kind::Date:
      return add_unit(out, kDays, kMilliseconds);
    case Kind::Timestamp:
      return add_timestamp(out);
    case Kind::Bool:
    case Kind::Utf8:
      break;
  }
  return out.EndTable(out.StartTable());
}

struct Table {};  // a table of Arrow's, whichever it is
using TableOffset = Offset<Table>;

TableOffset add_field(FlatBufferBuilder& out, const ArrowField& one) {
  const auto name = out.CreateString(one.name);
  const TableOffset type{add_type(out, one.type)};
  const auto children = out.CreateVector(std::vector<TableOffset>{});
  const TableEnd start = out.StartTable();
  out.AddOffset(field::kName, name);
  out.AddElement<std::uint8_t>(field::kNullable, 1, 0);
  out.AddElement<std::uint8_t>(field::kKind, static_cast<std::uint8_t>(kind_of(one.type)), 0);
  out.AddOffset(field::kType, type);
  out.AddOffset(field::kChildren, children);
  return TableOffset{out.EndTable(start)};
}

TableOffset add_note(FlatBufferBuilder& out, const ArrowNote& note) {
  const auto key = out.CreateString(note.key);
  const auto value = out.CreateString(note.value);
  const TableEnd start = out.StartTable();
  out.AddOffset(key_value::kKey, key);
  out.AddOffset(key_value::kValue, value);
  return TableOffset{out.EndTable(start)};
}

TableOffset add_schema(FlatBufferBuilder& out, const ArrowSchema& schema) {
  std::vector<TableOffset> fields;
  for (const ArrowField& one : schema.fields) fields.push_back(add_field(out, one));
  std::vector<TableOffset> notes;
  for (const ArrowNote& note : schema.notes) notes.push_back(add_note(out, note));
  const auto field_list = out.CreateVector(fields);
  const auto note_list = out.CreateVector(notes);
  const TableEnd start = out.StartTable();
  out.AddOffset(schema::kFields, field_list);
  out.AddOffset(schema::kMetadata, note_list);
  return TableOffset{out.EndTable(start)};
}

std::string finish(FlatBufferBuilder& out, TableOffset root) {
  out.Finish(root);
  const std::span<const std::uint8_t> bytes{out.GetBufferPointer(), out.GetSize()};
  return {bytes.begin(), bytes.end()};
}

std::string finish_message(FlatBufferBuilder& out, std::uint8_t kind, TableOffset header,
                           std::int64_t body_bytes) {
  const TableEnd start = out.StartTable();
  out.AddElement<std::int64_t>(message::kBodyLength, body_bytes, 0);
  out.AddOffset(message::kHeader, header);
  out.AddElement<std::int16_t>(message::kVersion, kVersion5, 0);
  out.AddElement<std::uint8_t>(message::kKind, kind, 0);
  return finish(out, TableOffset{out.EndTable(start)});
}

template <class T>
auto add_structs(FlatBufferBuilder& out, std::span<const T> values) {
  return out.CreateVectorOfStructs(values.data(), values.size());
}

}  // namespace

std::string arrow_schema_message(const ArrowSchema& schema) {
  FlatBufferBuilder out;
  const TableOffset header = add_schema(out, schema);
  return finish_message(out, message::kSchema, header, 0);
}

std::string arrow_batch_message(const ArrowBatchHead& head) {
  FlatBufferBuilder out;
  const auto nodes = add_structs(out, head.nodes);
  const auto ranges = add_structs(out, head.ranges);
  const TableEnd start = out.StartTable();
  out.AddElement<std::int64_t>(record_batch::kLength, head.rows, 0);
  out.AddOffset(record_batch::kNodes, nodes);
  out.AddOffset(record_batch::kBuffers, ranges);
  const TableOffset header{out.EndTable(start)};
  return finish_message(out, message::kRecordBatch, header, head.body_bytes);
}

std::string arrow_footer(const ArrowSchema& schema, std::span<const ArrowBlock> batches) {
  FlatBufferBuilder out;
  const TableOffset header = add_schema(out, schema);
  const auto dictionaries = add_structs(out, std::span<const ArrowBlock>{});
  const auto blocks = add_structs(out, batches);
  const TableEnd start = out.StartTable();
  out.AddOffset(footer::kSchema, header);
  out.AddOffset(footer::kDictionaries, dictionaries);
  out.AddOffset(footer::kBatches, blocks);
  out.AddElement<std::int16_t>(footer::kVersion, kVersion5, 0);
  return finish(out, TableOffset{out.EndTable(start)});
}

}  // namespace offex::render
