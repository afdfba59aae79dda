// Rows of a table server: whatever comes, all columns stay of one length, what was there before
// stays, and a list that is good must not be good when it is cut.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "offex/formats/json_rows.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using offex::columns::Batch;
  using offex::columns::Column;
  using offex::columns::Type;
  const auto columns = [] {
    return Batch{
        {Column{"symbol", Type::Symbol}, Column{"day", Type::Day}, Column{"text", Type::Text},
         Column{"truth", Type::Bool}, Column{"small", Type::Int32}, Column{"large", Type::Int64},
         Column{"real", Type::Double}, Column{"shares", Type::Quantity},
         Column{"price", Type::Price}, Column{"at", Type::Instant}, Column{"wide", Type::Number}}};
  };
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  Batch out = columns();
  if (!offex::formats::read_json_rows(R"([{"symbol":"A"}])", out)) std::abort();
  const bool good = offex::formats::read_json_rows(text, out).has_value();
  for (const Column& column : out.columns()) {
    if (column.size() != out.num_rows()) std::abort();
  }
  if (!good && out.num_rows() != 1) std::abort();
  Batch again = columns();
  if (good && offex::formats::read_json_rows(text.substr(0, text.rfind(']')), again)) std::abort();
  return 0;
}
