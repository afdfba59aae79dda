#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "offex/base/digest.hpp"
#include "offex/store/reader.hpp"
#include "offex/store/writer.hpp"
#include "offex/studies/build.hpp"

#include "support/scratch.hpp"
#include "support/test_clock.hpp"

namespace offex::studies::test {

/// A store in a folder of its own.
class StudyStore {
 public:
  StudyStore() { clock.set(market::Instant::parse("2026-06-01T12:00:00Z").value()); }
  StudyStore(const StudyStore&) = delete;
  StudyStore& operator=(const StudyStore&) = delete;
  StudyStore(StudyStore&&) = delete;
  StudyStore& operator=(StudyStore&&) = delete;
  ~StudyStore() = default;

  store::Writer& writer() {
    if (!writer_) {
      auto opened = store::Writer::open(options(), "test");
      EXPECT_TRUE(opened) << opened.error().message;
      writer_.emplace(std::move(opened).value());
    }
    return *writer_;
  }

  /// Publishes and opens what readers see.
  store::Reader reader() {
    if (writer_) {
      EXPECT_TRUE(writer_->close());
      writer_.reset();
    }
    auto opened = store::Reader::open(options());
    EXPECT_TRUE(opened) << opened.error().message;
    return std::move(opened).value();
  }

  void put(const std::string& name, const store::FactRows& part) {
    const store::SourceFile file{.sha256 = base::sha256(name).hex(),
                                 .name = name,
                                 .url = "test:" + name,
                                 .bytes = name.size(),
                                 .etag = ""};
    const auto done = writer().put(file, {&part, 1});
    ASSERT_TRUE(done) << base::format_error(done.error());
  }

  BuildReport build_all(BuildRequest request) {
    request.built_at = market::Instant::from_nanos(clock.now_nanos());
    auto report = build(writer(), request);
    EXPECT_TRUE(report) << base::format_error(report.error());
    return report.value_or(BuildReport{});
  }

  test_support::TestClock clock;

 private:
  [[nodiscard]] store::StoreOptions options() const {
    return {.home = home_.path(), .clock = &clock, .threads = 1};
  }

  test_support::ScratchFolder home_;  // outlives the writer
  std::optional<store::Writer> writer_;
};

/// All rows of a query as text, so that two answers compare exactly.
inline std::vector<std::string> lines_of(const columns::Batch& rows) {
  std::vector<std::string> out(rows.num_rows());
  for (std::size_t row = 0; row < rows.num_rows(); ++row) {
    for (const columns::Column& column : rows.columns()) {
      out[row] += (column.valid(row) ? columns::cell_text(column, row) : "null") + "|";
    }
  }
  return out;
}

inline columns::Batch ask(const store::Reader& reader, const std::string& sql) {
  auto rows = reader.query(sql);
  EXPECT_TRUE(rows) << (rows ? "" : base::format_error(rows.error()));
  auto all = rows->all();
  EXPECT_TRUE(all) << (all ? "" : base::format_error(all.error()));
  return std::move(all).value();
}

}  // namespace offex::studies::test
