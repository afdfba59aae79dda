#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "offex/render/arrow_stream.hpp"

#include "render/arrow_metadata_internal.hpp"

namespace offex::render {
namespace {

using columns::Type;

constexpr std::int64_t kNullable = 2;

/// What Arrow's C interface calls a type.
const char* format_of(Type type) {
  switch (type) {
    case Type::Bool:
      return "b";
    case Type::Int32:
      return "i";
    case Type::Int64:
      return "l";
    case Type::Double:
      return "g";
    case Type::Quantity:
      return "d:18,6";
    case Type::Price:
      return "d:18,9";
    case Type::Day:
      return "tdD";
    case Type::Instant:
      return "tsn:UTC";
    case Type::Symbol:
    case Type::Text:
    case Type::Number:
    case Type::Label:
      return "u";
  }
  return "u";
}

/// What a schema owns: its name, and its children until somebody takes them.
struct SchemaOwner {
  SchemaOwner() = default;
  SchemaOwner(const SchemaOwner&) = delete;
  SchemaOwner& operator=(const SchemaOwner&) = delete;
  SchemaOwner(SchemaOwner&&) = delete;
  SchemaOwner& operator=(SchemaOwner&&) = delete;
  ~SchemaOwner() {
    for (::ArrowSchema& field : fields) {
      if (field.release != nullptr) field.release(&field);
    }
  }

  std::string name;
  std::vector<::ArrowSchema> fields;
  std::vector<::ArrowSchema*> places;
};

void release_schema(::ArrowSchema* schema) {
  delete static_cast<SchemaOwner*>(schema->private_data);
  schema->release = nullptr;
}

void fill(const char* format, std::int64_t flags, std::unique_ptr<SchemaOwner> owner,
          ::ArrowSchema& out) {
  for (::ArrowSchema& field : owner->fields) owner->places.push_back(&field);
  out = ::ArrowSchema{.format = format,
                      .name = owner->name.c_str(),
                      .metadata = nullptr,
                      .flags = flags,
                      .n_children = static_cast<std::int64_t>(owner->fields.size()),
                      .children = owner->places.data(),
                      .dictionary = nullptr,
                      .release = &release_schema,
                      .private_data = nullptr};
  out.private_data = owner.release();
}

}  // namespace

void export_arrow_schema(const columns::Batch& batch, ::ArrowSchema& out) {
  auto table = std::make_unique<SchemaOwner>();
  for (ArrowField& field : arrow_fields(batch)) {
    auto owner = std::make_unique<SchemaOwner>();
    owner->name = std::move(field.name);
    fill(format_of(field.type), kNullable, std::move(owner), table->fields.emplace_back());
  }
  fill("+s", 0, std::move(table), out);
}

}  // namespace offex::render
