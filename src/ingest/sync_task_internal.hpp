#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "offex/feeds/finra.hpp"
#include "offex/feeds/request.hpp"
#include "offex/ingest/sync.hpp"
#include "offex/store/ledger.hpp"

namespace offex::ingest {

/// How an answer is put together.
enum class Shape : std::uint8_t {
  File,         ///< one reply, kept as it is
  JsonFile,     ///< the same, but a reply without rows is no answer
  QueryPages,   ///< pages of the Query API, by offset
  LinkedPages,  ///< pages of Polygon, by next_url
  AsyncQuery,   ///< an asynchronous request, its result in parts by offset
};

/// What the rows of an answer must say; the filter of a request can be ignored in silence.
struct Expected {
  std::optional<market::Day> day{};
  std::optional<market::Day> week{};
  std::string tier{};
};

/// One piece of work: a question, and the partitions that its answer fills.
struct Task {
  std::vector<store::Partition> covers;  ///< at least one; the first gives the task its name
  std::string what;                      ///< for people
  Shape shape{};
  feeds::Request request;  ///< the first one; of QueryPages and AsyncQuery made from `query`
  feeds::Query query{};
  /// Name under which the answer is kept. Of pages the stem: page 1 is NAME_0001.json.
  std::string name;
  bool archive{false};  ///< pages are packed into one archive and stored as one file
  Expected expected{};
  market::Instant published_at;  ///< by the rule; before, absence means nothing
  bool may_be_late{false};       ///< the newest of its kind: absence means that it is not there yet
  bool in_row{false};            ///< three of its kind absent in a row are an error
  bool conditional{false};
  /// Of a question for restated rows: what the ledger says of its weeks. No rows are an answer
  /// then.
  std::vector<store::LedgerEntry> revisited{};
  bool may_be_empty{false};  ///< an answer without rows is one
  /// Its rows were not told when the time before was asked: they are known from now on, not by
  /// rule.
  bool known_when_fetched{false};
  bool days_by_rows{false};  ///< of many days: only those with rows count as fetched
  std::optional<store::LedgerEntry> before{};  ///< what the ledger says of the first partition
  std::shared_ptr<Task>
      otherwise{};         ///< asked for when this one is absent or not in the key's plan
  std::uint64_t calls{1};  ///< by experience
  std::uint64_t bytes{0};
};

/// Returns the folder name of an answer in the spool: made of its partition, fit for a file system.
[[nodiscard]] std::string slug_of(const store::Partition& partition);
[[nodiscard]] inline std::string slug_of(const Task& task) { return slug_of(task.covers.front()); }

}  // namespace offex::ingest
