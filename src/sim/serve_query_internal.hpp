#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "offex/base/result.hpp"

#include "sim/json_internal.hpp"
#include "sim/serve_internal.hpp"

namespace offex::sim {

/// A block of rows: an array of flat JSON objects, fetched when it is needed.
using RowBlock = std::function<Bytes()>;

/// Rows that share the values of the partition fields.
struct QueryPartition {
  std::vector<std::string> values;  ///< in the order of QueryTable::partition_fields
  std::vector<RowBlock> blocks;
};

/// A data set of the Query API at one moment.
struct QueryTable {
  std::string_view name;
  std::vector<std::string_view> fields;
  std::vector<std::string_view> partition_fields;
  bool sorts_freely{false};  ///< else sorting needs EQUAL on every partition field
  bool historic{false};      ///< only its few filters
  std::vector<QueryPartition> partitions;
};

/// Returns the data set, or nothing when there is none of that name in any case.
[[nodiscard]] std::optional<QueryTable> query_table(const Site& site, std::string_view name);

/// A condition on one field.
struct Condition {
  enum class Kind : std::uint8_t { Compare, Domain, Dates };
  Kind kind{};
  std::string field;
  std::string compare;  ///< EQUAL, ... in capitals
  std::vector<std::string> values;

  [[nodiscard]] bool holds(std::string_view value) const;
};

/// A request of the Query API.
struct QueryWish {
  std::vector<std::string> fields;
  std::vector<Condition> conditions;
  std::vector<std::pair<std::string, bool>> sort;  ///< field, descending
  std::int64_t limit{1'000};
  std::int64_t offset{0};
  bool async{false};
  bool quote_values{true};
  char delimiter{','};
};
/// Reads a body. Unknown keys are ignored, as the API does.
[[nodiscard]] Result<QueryWish> read_wish(std::string_view body);
/// Checks it against the data set. The message is for the client.
[[nodiscard]] Result<void> check_wish(const QueryWish& wish, const QueryTable& table);

/// Which rows answer a question, in order.
struct RowRef {
  std::uint32_t block{0};
  std::uint32_t at{0};
  std::uint32_t size{0};
};
struct QueryAnswer {
  std::vector<RowBlock> blocks;
  std::vector<RowRef> rows;
  bool unknown_field{false};  ///< a filter named a field that is not there
};
[[nodiscard]] QueryAnswer find_rows(const QueryTable& table, const QueryWish& wish);

/// Rows as JSON or CSV, up to a number of bytes.
struct PageText {
  std::string text;
  std::size_t rows{0};
};
struct PageStyle {
  bool json{false};
  std::size_t max_bytes{0};
  std::size_t rows{0};                   ///< most of them
  std::optional<std::uint64_t> shuffle;  ///< another order
};
[[nodiscard]] PageText page_text(const QueryTable& table, const QueryWish& wish,
                                 const QueryAnswer& answer, const PageStyle& style);

/// FINRA's Query API.
class QueryPart {
 public:
  explicit QueryPart(const Site& site) : site_{site} {}
  /// \param spoilt set when the mishap changed the answer
  [[nodiscard]] HttpReply answer(const HttpRequest& request, const std::optional<Mishap>& mishap,
                                 bool& spoilt);

 private:
  using Answer = std::shared_ptr<const QueryAnswer>;
  struct Job {
    std::string result;
    std::size_t rows{0};
    unsigned asked{0};
  };

  [[nodiscard]] HttpReply data(const HttpRequest& request, const QueryTable& table,
                               const std::optional<Mishap>& mishap, bool& spoilt);
  [[nodiscard]] HttpReply page(const HttpRequest& request, const QueryTable& table,
                               const QueryWish& wish, const std::optional<Mishap>& mishap,
                               bool& spoilt);
  [[nodiscard]] HttpReply start_job(const HttpRequest& request, const QueryTable& table,
                                    const QueryWish& wish);
  [[nodiscard]] HttpReply job(const HttpRequest& request, std::string_view id);
  [[nodiscard]] Answer answer_of(const QueryTable& table, const QueryWish& wish);

  const Site& site_;
  std::mutex lock_;
  std::map<std::string, Answer> answers_;  // by question, for paging
  std::size_t answer_rows_{0};
  std::map<std::string, Job, std::less<>> jobs_;
};

}  // namespace offex::sim
