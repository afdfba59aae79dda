#include "offex/render/row_writer.hpp"

namespace offex::render {

Sink append_to(std::string& text) {
  return [&text](std::string_view piece) -> Result<void> {
    text += piece;
    return {};
  };
}

Result<void> write_all(RowWriter& writer, const columns::Batch& batch) {
  OFFEX_TRY(writer.begin(batch));
  OFFEX_TRY(writer.rows(batch));
  return writer.end();
}

}  // namespace offex::render
