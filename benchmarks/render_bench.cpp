// A table of the width of the seed's daily metrics as CSV, beside DuckDB's COPY of the same values,
// and as Arrow, beside Parquet and CSV. Items are cells.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "offex/columns/batch.hpp"
#include "offex/render/arrow.hpp"
#include "offex/render/writers.hpp"

#include "bench_support.hpp"

namespace offex::render {
namespace {

constexpr std::size_t kColumns = 56;

/// A symbol, a day, and doubles with 17 digits, a tenth of them missing.
columns::Batch wide_table(std::size_t rows) {
  columns::Batch batch;
  columns::Column symbol{"symbol", columns::Type::Text};
  columns::Column day{"trade_date", columns::Type::Day};
  for (std::size_t row = 0; row < rows; ++row) {
    symbol.push<std::string>(fmt::format("S{}", row % 11'000));
    day.push<std::int32_t>(20'000 + static_cast<std::int32_t>(row / 11'000));
  }
  batch.add(std::move(symbol));
  batch.add(std::move(day));
  std::mt19937_64 random{1};
  std::uniform_real_distribution<double> uniform{0.0, 1.0};
  for (std::size_t index = 2; index < kColumns; ++index) {
    columns::Column& column =
        batch.add(columns::Column{fmt::format("c{}", index), columns::Type::Double});
    for (std::size_t row = 0; row < rows; ++row) {
      if (uniform(random) < 0.1) {
        column.push_missing();
      } else {
        column.push(uniform(random));
      }
    }
  }
  return batch;
}

std::string same_table_sql(std::size_t rows) {
  std::string sql =
      "CREATE TABLE t AS SELECT 'S' || (i % 11000) AS symbol, "
      "DATE '2024-10-04' + (i // 11000)::INTEGER AS trade_date";
  for (std::size_t index = 2; index < kColumns; ++index) {
    sql += fmt::format(", CASE WHEN random() < 0.1 THEN NULL ELSE random() END AS c{}", index);
  }
  return sql + fmt::format(" FROM range({}) r(i)", rows);
}

void csv(benchmark::State& state) {
  const std::size_t rows = bench::scaled(300'000, 20'000);
  const columns::Batch batch = wide_table(rows);
  const bench::Folder folder{bench::memory_folder()};
  bench::Engine engine;
  engine.run(same_table_sql(rows));
  std::uint64_t bytes = 0;
  const auto ours = [&] {
    bytes = 0;
    const auto writer = make_csv_writer([&bytes](std::string_view text) -> Result<void> {
      bytes += text.size();
      return {};
    });
    if (!write_all(*writer, batch)) {
      throw std::runtime_error("the table was not written");
    }
  };
  const std::string copy = fmt::format("COPY t TO '{}'", (folder.path() / "t.csv").string());
  bench::Pairs pairs;
  for ([[maybe_unused]] auto step : state) {
    pairs.run(ours, [&] { engine.run(copy); });
    state.SetIterationTime(pairs.ours());
  }
  const double cells = static_cast<double>(rows * kColumns);
  const double ratio = pairs.reference() / pairs.ours();
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(rows * kColumns));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
  bench::report(state, {.what = fmt::format("write csv, {}k x {}", rows / 1'000, kColumns),
                        .ours = fmt::format("{:.1f} M cells/s", cells / pairs.ours() / 1e6),
                        .reference = fmt::format("COPY {:.1f} M", cells / pairs.reference() / 1e6),
                        .ratio = ratio,
                        .target = "at least 1",
                        .met = ratio >= 1.0});
}
BENCHMARK(csv)->UseManualTime()->Iterations(3)->Unit(benchmark::kMillisecond);

/// Rows as the store hands them out.
std::vector<columns::Batch> in_pieces(const columns::Batch& table) {
  constexpr std::size_t kPiece = 2'048;
  std::vector<columns::Batch> out;
  for (std::size_t begin = 0; begin < table.num_rows(); begin += kPiece) {
    columns::Batch& piece = out.emplace_back();
    for (const columns::Column& column : table.columns()) {
      columns::Column& part = piece.add(columns::Column{column.name(), column.type()});
      for (std::size_t row = begin; row < std::min(begin + kPiece, table.num_rows()); ++row) {
        part.push_from(column, row);
      }
    }
  }
  return out;
}

using MakeWriter = std::unique_ptr<RowWriter> (*)(Sink);

void write_file(const std::vector<columns::Batch>& pieces, const std::string& path,
                MakeWriter make) {
  std::ofstream file{path, std::ios::binary | std::ios::trunc};
  const auto writer = make([&file](std::string_view bytes) -> Result<void> {
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return {};
  });
  bool fine = writer->begin(pieces.front()).has_value();
  for (const columns::Batch& piece : pieces) fine = fine && writer->rows(piece);
  if (!fine || !writer->end() || !file.flush()) throw std::runtime_error("no file was written");
}

void arrow(benchmark::State& state) {
  const std::size_t rows = bench::scaled(300'000, 20'000);
  const std::vector<columns::Batch> pieces = in_pieces(wide_table(rows));
  const bench::Folder folder{bench::memory_folder()};
  const auto path = [&folder](const char* name) { return (folder.path() / name).string(); };
  bench::Engine engine;
  engine.run(same_table_sql(rows));
  const std::string copy =
      fmt::format("COPY t TO '{}' (FORMAT parquet, COMPRESSION zstd)", path("t.parquet"));
  bench::Pairs parquet;
  bench::Pairs csv;
  for ([[maybe_unused]] auto step : state) {
    const auto ours = [&] {
      write_file(pieces, path("t.arrow"),
                 [](Sink sink) { return make_arrow_writer(std::move(sink)); });
    };
    parquet.run(ours, [&] { engine.run(copy); });
    csv.run(ours, [&] {
      write_file(pieces, path("t.csv"), [](Sink sink) { return make_csv_writer(std::move(sink)); });
    });
    state.SetIterationTime(parquet.ours());
  }
  const double millions = static_cast<double>(rows) / 1e6;
  const double ratio = parquet.reference() / parquet.ours();
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(rows * kColumns));
  bench::report(
      state, {.what = fmt::format("write Arrow, {}k x {}", rows / 1'000, kColumns),
              .ours = fmt::format("{:.2f} M rows/s", millions / parquet.ours()),
              .reference = fmt::format("Parquet {:.2f} M, csv {:.2f} M",
                                       millions / parquet.reference(), millions / csv.reference()),
              .ratio = ratio,
              .target = "at least 2",
              .met = ratio >= 2.0});
}
BENCHMARK(arrow)->UseManualTime()->Iterations(3)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace offex::render
