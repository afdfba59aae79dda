#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include "offex/formats/document.hpp"

#include "bindings/bindings_internal.hpp"
#include "bindings/errors_internal.hpp"
#include "bindings/table_internal.hpp"

namespace nb = nanobind;
using nb::literals::operator""_a;

namespace offex::bindings {
namespace {

using Part = std::tuple<std::string, std::string, Table>;

// One bad member of an archive refuses all: what is missing must not look like what is absent.
Result<std::vector<formats::Document>> decode(std::string_view bytes, const std::string& file) {
  std::vector<formats::Document> out;
  formats::ReadOptions options;
  options.file = file;
  for (Result<formats::Document>& document : formats::read_documents(bytes, options)) {
    if (!document) return std::unexpected{std::move(document).error()};
    out.push_back(*std::move(document));
  }
  return out;
}

std::vector<Part> read_document(const nb::bytes& data, const std::string& file) {
  const std::string_view bytes{data.c_str(), data.size()};
  std::vector<formats::Document> documents = unlocked([&] { return decode(bytes, file); });
  std::vector<Part> out;
  for (formats::Document& document : documents) {
    out.emplace_back(std::move(document.name), std::string{market::to_string(document.dataset)},
                     Table{std::move(document.rows)});
  }
  return out;
}

}  // namespace

void add_parsers(nb::module_& module) {
  module.def("read_document", &read_document, "data"_a, "file"_a,
             "Every member of received bytes: name, data set and rows.");
}

}  // namespace offex::bindings
