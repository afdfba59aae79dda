#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "ingest/sync_support.hpp"
#include "ingest/transfer_internal.hpp"
#include "support/scratch.hpp"

// What the tests of transfers share.
namespace offex::ingest::sync_test {

inline constexpr std::string_view kReceived = "2026-03-20T23:00:00Z";

inline Task make_task(Shape shape) {
  Task out;
  out.covers = {{.source = "finra_api",
                 .dataset = market::Dataset::WeeklySummary,
                 .day = day("2026-02-23"),
                 .scope = "T1"}};
  out.what = "a question";
  out.shape = shape;
  out.name = "answer";
  out.archive = true;
  return out;
}

inline Task query_task(Shape shape = Shape::QueryPages) {
  Task out = make_task(shape);
  out.query.dataset = feeds::QueryDataset::WeeklySummary;
  return out;
}

inline Task file_task(Shape shape = Shape::File) {
  Task out = make_task(shape);
  out.request.upstream = feeds::Upstream::FinraCdn;
  out.request.url = "https://a.example/file.txt";
  out.request.what = out.what;
  out.name = "file.txt";
  out.archive = false;
  return out;
}

inline Task linked_task() {
  Task out = make_task(Shape::LinkedPages);
  out.request.upstream = feeds::Upstream::Polygon;
  out.request.identity = feeds::Identity::PolygonKey;
  out.request.url = "https://api.polygon.io/v3/trades/A";
  out.request.what = out.what;
  return out;
}

inline std::string linked_page(std::size_t rows, const std::string& next = {}) {
  return R"({"results":)" + json_rows(rows) +
         (next.empty() ? "" : R"(,"next_url":")" + next + '"') + '}';
}

/// Opens transfers on a fresh spool and hands replies over.
class TransferTest : public testing::Test {
 protected:
  [[nodiscard]] Transfer open(const Task& task, std::size_t max_pages = 100) const {
    return Transfer{task, endpoints_, spool_, max_pages};
  }
  [[nodiscard]] static Step start(Transfer& transfer) {
    auto step = transfer.start(at("2026-03-20T17:00:00Z"));
    EXPECT_TRUE(step) << step.error().message;
    return step ? *step : Step{};
  }
  [[nodiscard]] static Result<Step> try_take(Transfer& transfer, const Step& asked,
                                             const feeds::Reply& reply) {
    return transfer.take(asked.request, reply, at(kReceived));
  }
  [[nodiscard]] static Step take(Transfer& transfer, const Step& asked, const feeds::Reply& reply) {
    auto step = try_take(transfer, asked, reply);
    EXPECT_TRUE(step) << step.error().message;
    return step ? *step : Step{};
  }
  /// Fetches all pages of these row counts; the upstream tells the total.
  void fetch(const Task& task, const std::vector<std::size_t>& pages, std::int64_t total) const {
    Transfer transfer = open(task);
    Step step = start(transfer);
    for (const std::size_t rows : pages) {
      step = take(transfer, step, body_of(json_rows(rows), total));
    }
  }
  [[nodiscard]] static std::vector<std::string> names(const Transfer& transfer) {
    std::vector<std::string> out;
    for (const SpoolFile& file : transfer.files()) out.push_back(file.path.filename().string());
    return out;
  }
  void remove_page(const Task& task, const std::string& name) const {
    std::filesystem::remove(spool_.folder(slug_of(task)) / name);
  }

  test_support::ScratchFolder scratch_;
  feeds::Endpoints endpoints_;
  Spool spool_{scratch_.path() / "incoming"};
};

}  // namespace offex::ingest::sync_test
