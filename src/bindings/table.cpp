#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/vector.h>

#include "offex/render/arrow.hpp"
#include "offex/render/arrow_stream.hpp"
#include "offex/render/writers.hpp"
#include "offex/store/parquet.hpp"

#include "bindings/bindings_internal.hpp"
#include "bindings/cells_internal.hpp"
#include "bindings/errors_internal.hpp"
#include "bindings/table_internal.hpp"

namespace nb = nanobind;
using nb::literals::operator""_a;

namespace offex::bindings {
namespace {

using columns::Batch;
using columns::Column;

std::vector<std::string> names_of(const Table& table) {
  std::vector<std::string> out;
  for (const Column& column : table.rows->columns()) out.push_back(column.name());
  return out;
}

std::vector<std::string> types_of(const Table& table) {
  std::vector<std::string> out;
  for (const Column& column : table.rows->columns()) {
    out.emplace_back(columns::to_string(column.type()));
  }
  return out;
}

// Arrow's capsules free what nobody took.
template <class Struct>
void free_capsule(void* data) noexcept {
  auto* const held = static_cast<Struct*>(data);
  if (held->release != nullptr) held->release(held);
  delete held;
}

nb::capsule stream_of(const Table& table) {
  auto stream = std::make_unique<::ArrowArrayStream>();
  render::export_arrow_stream(table.rows, *stream);
  return {stream.release(), "arrow_array_stream", &free_capsule<::ArrowArrayStream>};
}

nb::capsule schema_of(const Table& table) {
  auto schema = std::make_unique<::ArrowSchema>();
  render::export_arrow_schema(*table.rows, *schema);
  return {schema.release(), "arrow_schema", &free_capsule<::ArrowSchema>};
}

Result<std::unique_ptr<render::RowWriter>> writer_of(std::string_view format, render::Sink sink) {
  if (format == "arrow" || format == "arrows") {
    const auto layout = format == "arrow" ? render::ArrowLayout::File : render::ArrowLayout::Stream;
    return render::make_arrow_writer(std::move(sink), {.layout = layout});
  }
  const auto text = render::parse_text_format(format);
  if (!text) {
    return fail(base::ErrorCode::InvalidArgument,
                "`" + std::string{format} +
                    "` is no format: csv, tsv, json, jsonl, md, html, table, arrow, arrows");
  }
  return render::make_writer(*text, std::move(sink), {});
}

Result<std::string> encode(const Batch& rows, std::string_view format) {
  std::string out;
  OFFEX_ASSIGN(const auto writer, writer_of(format, render::append_to(out)));
  OFFEX_TRY(render::write_all(*writer, rows));
  return out;
}

nb::bytes encoded(const Table& table, const std::string& format) {
  const std::string out = unlocked([&] { return encode(*table.rows, format); });
  return nb::bytes(out.data(), out.size());
}

Batch head_of(const Batch& rows, std::size_t count) {
  Batch out;
  for (const Column& column : rows.columns()) {
    Column& copy =
        out.add(column.type() == columns::Type::Label ? Column{column.name(), column.words()}
                                                      : Column{column.name(), column.type()});
    for (std::size_t row = 0; row < std::min(count, rows.num_rows()); ++row) {
      copy.push_from(column, row);
    }
  }
  return out;
}

std::string shown(const Table& table, std::size_t rows, int width) {
  return unlocked([&]() -> Result<std::string> {
    std::string out;
    const auto writer = render::make_table_writer(render::append_to(out), {}, {.width = width});
    OFFEX_TRY(render::write_all(*writer, head_of(*table.rows, rows)));
    return out;
  });
}

void write_parquet(const Table& table, const std::string& path) {
  unlocked([&]() -> Result<void> {
    bool given = false;
    OFFEX_TRY(store::write_parquet(path, *table.rows, [&](Batch& out) -> Result<bool> {
      if (given) return false;
      given = true;
      out = *table.rows;
      return true;
    }));
    return {};
  });
}

}  // namespace

void add_table(nb::module_& module) {
  nb::class_<Table>(module, "Table", "Rows in memory: the core of `offex.Table`.")
      .def_prop_ro("num_rows", [](const Table& table) { return table.rows->num_rows(); })
      .def_prop_ro("names", &names_of)
      .def_prop_ro("types", &types_of)
      .def("stream", &stream_of, "A capsule `arrow_array_stream` over the rows.")
      .def("arrow_schema", &schema_of, "A capsule `arrow_schema` of the columns.")
      .def("encode", &encoded, "format"_a, "The whole table as bytes in a format of the program.")
      .def("show", &shown, "rows"_a, "width"_a, "The first rows as a table for a terminal.")
      .def("write_parquet", &write_parquet, "path"_a)
      .def("column", &numpy_column, "name"_a,
           "Numbers as an array: lent where the storage is one, else made.")
      .def("rows", &rows_as_dicts, "exact"_a, "Every row as a dict.")
      .def("head", &head_as_text, "count"_a, "The first rows as texts.");
}

}  // namespace offex::bindings
