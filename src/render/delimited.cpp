#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "offex/base/check.hpp"
#include "offex/render/writers.hpp"

#include "render/cell_internal.hpp"
#include "render/output_internal.hpp"

namespace offex::render {
namespace {

using columns::Batch;
using columns::Column;
using columns::Type;

/// The bytes that make a text need quotes or escapes; a table, because most texts are short.
using ByteSet = std::array<bool, 256>;

constexpr ByteSet bytes_of(std::string_view special) {
  ByteSet out{};
  for (const char byte : special) out[static_cast<unsigned char>(byte)] = true;
  return out;
}

constexpr ByteSet kCsvSpecial = bytes_of(",\"\r\n");
constexpr ByteSet kTsvSpecial = bytes_of("\t\n\r\\");

bool has_any(std::string_view text, const ByteSet& special) {
  return std::ranges::any_of(text,
                             [&](char byte) { return special[static_cast<unsigned char>(byte)]; });
}

void append_csv_text(std::string& out, std::string_view text) {
  if (!text.empty() && !has_any(text, kCsvSpecial)) {
    out += text;
    return;
  }
  out.push_back('"');
  for (const char byte : text) {
    if (byte == '"') out.push_back('"');
    out.push_back(byte);
  }
  out.push_back('"');
}

void append_tsv_text(std::string& out, std::string_view text) {
  if (!has_any(text, kTsvSpecial)) {
    out += text;
    return;
  }
  for (const char byte : text) {
    switch (byte) {
      case '\t':
        out += "\\t";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\\':
        out += "\\\\";
        break;
      default:
        out.push_back(byte);
    }
  }
}

using AppendText = void (*)(std::string&, std::string_view);

class DelimitedWriter final : public RowWriter {
 public:
  DelimitedWriter(Sink sink, char separator, AppendText append_text, DelimitedOptions options)
      : output_{std::move(sink)},
        separator_{separator},
        append_text_{append_text},
        options_{std::move(options)} {}

  Result<void> begin(const Batch& header) override {
    num_columns_ = header.num_columns();
    std::string& out = output_.text();
    for (const Column& column : header.columns()) {
      append_text_(out, heading_of(column.name()));
      out.push_back(separator_);
    }
    end_line(out);
    return output_.row_done();
  }

  Result<void> rows(const Batch& batch) override {
    OFFEX_CHECK(batch.num_columns() == num_columns_);
    std::string& out = output_.text();
    for (std::size_t row = 0; row < batch.num_rows(); ++row) {
      for (const Column& column : batch.columns()) {
        append_cell(out, column, row);
        out.push_back(separator_);
      }
      end_line(out);
      OFFEX_TRY(output_.row_done());
    }
    return {};
  }

  Result<void> end() override { return output_.flush(); }

 private:
  [[nodiscard]] std::string_view heading_of(std::string_view name) const {
    const auto found = std::ranges::find(options_.renames, name, &Rename::column);
    return found == options_.renames.end() ? name : std::string_view{found->heading};
  }

  // The last separator of a line becomes its end.
  void end_line(std::string& out) const {
    if (num_columns_ > 0) out.back() = '\n';
  }

  void append_cell(std::string& out, const Column& column, std::size_t row) const {
    if (!has_value(column, row)) {
      if (num_columns_ == 1 && separator_ == ',') out += "\"\"";
      return;
    }
    if (is_wordy(column.type())) {
      append_text_(out, words_of(column, row));
    } else if (column.type() == Type::Bool) {
      const bool value = column.values<std::int8_t>()[row] != 0;
      append_text_(out, value ? options_.true_word : options_.false_word);
    } else {
      append_exact(out, column, row);
    }
  }

  Output output_;
  char separator_;
  AppendText append_text_;
  DelimitedOptions options_;
  std::size_t num_columns_{0};
};

}  // namespace

std::unique_ptr<RowWriter> make_csv_writer(Sink sink, DelimitedOptions options) {
  return std::make_unique<DelimitedWriter>(std::move(sink), ',', &append_csv_text,
                                           std::move(options));
}

std::unique_ptr<RowWriter> make_tsv_writer(Sink sink, DelimitedOptions options) {
  return std::make_unique<DelimitedWriter>(std::move(sink), '\t', &append_tsv_text,
                                           std::move(options));
}

}  // namespace offex::render
