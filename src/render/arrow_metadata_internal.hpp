#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "offex/columns/batch.hpp"
#include "offex/render/arrow.hpp"

// The FlatBuffers of Arrow's IPC formats (Schema.fbs, Message.fbs, File.fbs), as bytes.
namespace offex::render {

struct ArrowField {
  std::string name;
  columns::Type type{columns::Type::Text};
};

/// Rows and missing rows of one column in a batch: the struct FieldNode.
struct ArrowNode {
  std::int64_t rows{0};
  std::int64_t missing{0};
};

/// A range of the body of a batch: the struct Buffer.
struct ArrowRange {
  std::int64_t offset{0};
  std::int64_t bytes{0};
};

/// Where a batch is in the file: the struct Block.
struct ArrowBlock {
  std::int64_t offset{0};
  std::int32_t metadata_bytes{0};  ///< with the eight bytes in front of it, and padding
  std::int32_t unused{0};
  std::int64_t body_bytes{0};
};

struct ArrowSchema {
  std::span<const ArrowField> fields{};
  std::span<const ArrowNote> notes{};
};

/// One batch but for its body.
struct ArrowBatchHead {
  std::int64_t rows{0};
  std::span<const ArrowNode> nodes{};
  std::span<const ArrowRange> ranges{};
  std::int64_t body_bytes{0};
};

/// Returns the columns of a table, the second and later ones of a name with a number.
[[nodiscard]] std::vector<ArrowField> arrow_fields(const columns::Batch& header);

[[nodiscard]] std::string arrow_schema_message(const ArrowSchema& schema);
[[nodiscard]] std::string arrow_batch_message(const ArrowBatchHead& head);
[[nodiscard]] std::string arrow_footer(const ArrowSchema& schema,
                                       std::span<const ArrowBlock> batches);

}  // namespace offex::render
