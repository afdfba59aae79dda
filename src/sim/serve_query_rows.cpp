#include <algorithm>
#include <array>
#include <charconv>
#include <numeric>

#include <fmt/format.h>

#include "sim/json_rows_internal.hpp"
#include "sim/random_internal.hpp"
#include "sim/serve_query_internal.hpp"

namespace offex::sim {
namespace {

constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/// Filters of weeklySummaryHistoric have names of their own.
Condition by_field(const Condition& given) {
  Condition out = given;
  if (given.field == "historicalWeek") out.field = "weekStartDate";
  if (given.field != "historicalMonth") return out;
  out.field = "weekStartDate";
  out.kind = Condition::Kind::Dates;
  const std::string text = given.values.empty() ? std::string{} : given.values.front();
  const auto month = std::ranges::find(kMonths, text.size() == 8 ? text.substr(5) : std::string{});
  const auto number = month - kMonths.begin() + 1;
  const std::string prefix = fmt::format("{}-{:02}-", text.substr(0, 4), number);
  out.values = {prefix + "01", prefix + "31"};
  return out;
}

std::string_view raw_member(const std::vector<FlatMember>& members, std::string_view key) {
  for (const FlatMember& member : members) {
    if (member.key == key) return member.raw;
  }
  return "null";
}

bool row_holds(std::string_view row, const std::vector<Condition>& conditions,
               std::vector<FlatMember>& scratch) {
  if (conditions.empty()) return true;
  split_flat_object(row, scratch);
  return std::ranges::all_of(conditions, [&](const Condition& condition) {
    const std::string_view raw = raw_member(scratch, condition.field);
    // Almost all values are strings without escapes, which need no copy.
    if (raw.starts_with('"') && !raw.contains('\\')) {
      return condition.holds(raw.substr(1, raw.size() - 2));
    }
    return condition.holds(plain_value(raw));
  });
}

/// A value to sort by: numbers before texts.
struct SortKey {
  bool text{false};
  double number{0.0};
  std::string word;
  friend auto operator<=>(const SortKey&, const SortKey&) = default;
};

SortKey sort_key(std::string_view raw) {
  SortKey out;
  const std::string value = plain_value(raw);
  const char* end = value.data() + value.size();
  const auto [stop, code] = std::from_chars(value.data(), end, out.number);
  if (code == std::errc{} && stop == end) return out;
  return {.text = true, .number = 0.0, .word = value};
}

void sort_rows(const QueryWish& wish, QueryAnswer& answer) {
  std::vector<std::vector<SortKey>> keys(answer.rows.size());
  std::vector<FlatMember> members;
  for (std::size_t i = 0; i < answer.rows.size(); ++i) {
    const RowRef& row = answer.rows[i];
    const Bytes block = answer.blocks[row.block]();
    split_flat_object(std::string_view{*block}.substr(row.at, row.size), members);
    for (const auto& [field, descending] : wish.sort) {
      keys[i].push_back(sort_key(raw_member(members, field)));
    }
  }
  std::vector<std::size_t> order(answer.rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    for (std::size_t i = 0; i < wish.sort.size(); ++i) {
      if (keys[a][i] == keys[b][i]) continue;
      return wish.sort[i].second ? keys[b][i] < keys[a][i] : keys[a][i] < keys[b][i];
    }
    return false;
  });
  std::vector<RowRef> sorted;
  sorted.reserve(order.size());
  for (const std::size_t i : order) sorted.push_back(answer.rows[i]);
  answer.rows = std::move(sorted);
}

void add_partition(const QueryPartition& partition, const std::vector<Condition>& conditions,
                   QueryAnswer& out) {
  std::vector<FlatMember> scratch;
  for (const RowBlock& fetch : partition.blocks) {
    const Bytes block = fetch();
    const auto number = static_cast<std::uint32_t>(out.blocks.size());
    out.blocks.push_back(fetch);
    for (const std::string_view row : split_flat_array(*block)) {
      if (!row_holds(row, conditions, scratch)) continue;
      out.rows.push_back({.block = number,
                          .at = static_cast<std::uint32_t>(row.data() - block->data()),
                          .size = static_cast<std::uint32_t>(row.size())});
    }
  }
}

void append_cell(std::string& out, std::string_view value, const QueryWish& wish) {
  if (!wish.quote_values) {
    out += value;
    return;
  }
  out.push_back('"');
  for (const char byte : value) {
    if (byte == '"') out.push_back('"');
    out.push_back(byte);
  }
  out.push_back('"');
}

/// Writes rows one after the other.
class RowWriter {
 public:
  RowWriter(const QueryWish& wish, const QueryTable& table, bool json) : wish_{wish}, json_{json} {
    if (wish.fields.empty()) {
      fields_ = table.fields;
    } else {
      fields_.assign(wish.fields.begin(), wish.fields.end());
    }
  }

  void header(std::string& out) const {
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      if (i > 0) out.push_back(wish_.delimiter);
      append_cell(out, fields_[i], wish_);
    }
    out.push_back('\n');
  }

  void row(std::string& out, std::string_view text) {
    if (json_ && wish_.fields.empty()) {
      out += text;
      return;
    }
    split_flat_object(text, members_);
    if (json_) out.push_back('{');
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      const std::string_view raw = raw_member(members_, fields_[i]);
      if (i > 0) out.push_back(json_ ? ',' : wish_.delimiter);
      if (json_) {
        out += fmt::format("\"{}\":{}", fields_[i], raw);
      } else if (raw != "null") {
        append_cell(out, plain_value(raw), wish_);
      }
    }
    out.push_back(json_ ? '}' : '\n');
  }

 private:
  const QueryWish& wish_;
  bool json_;
  std::vector<std::string_view> fields_;
  std::vector<FlatMember> members_;
};

std::vector<RowRef> slice_of(const QueryAnswer& answer, const QueryWish& wish,
                             const PageStyle& style) {
  const std::size_t from = std::min(static_cast<std::size_t>(wish.offset), answer.rows.size());
  const std::size_t count = std::min(style.rows, answer.rows.size() - from);
  const auto first = answer.rows.begin() + static_cast<std::ptrdiff_t>(from);
  return {first, first + static_cast<std::ptrdiff_t>(count)};
}

void shuffle(std::vector<std::string>& rows, std::uint64_t seed) {
  Random random{seed, 0};
  for (std::size_t i = rows.size(); i > 1; --i) std::swap(rows[i - 1], rows[random.below(i)]);
}

}  // namespace

QueryAnswer find_rows(const QueryTable& table, const QueryWish& wish) {
  QueryAnswer out;
  std::vector<Condition> of_rows;
  std::vector<std::pair<std::size_t, Condition>> of_partitions;
  for (const Condition& given : wish.conditions) {
    Condition condition = by_field(given);
    const auto& keys = table.partition_fields;
    const auto key = std::ranges::find(keys, condition.field);
    if (std::ranges::find(table.fields, condition.field) == table.fields.end()) {
      out.unknown_field = true;
      return out;
    }
    if (key == keys.end()) {
      of_rows.push_back(std::move(condition));
    } else {
      of_partitions.emplace_back(static_cast<std::size_t>(key - keys.begin()),
                                 std::move(condition));
    }
  }
  for (const QueryPartition& partition : table.partitions) {
    const bool wanted = std::ranges::all_of(of_partitions, [&](const auto& entry) {
      return entry.second.holds(partition.values[entry.first]);
    });
    if (wanted) add_partition(partition, of_rows, out);
  }
  if (!wish.sort.empty()) sort_rows(wish, out);
  return out;
}

PageText page_text(const QueryTable& table, const QueryWish& wish, const QueryAnswer& answer,
                   const PageStyle& style) {
  RowWriter writer{wish, table, style.json};
  std::vector<std::string> rows;
  std::size_t bytes = 0;
  Bytes block;
  std::size_t loaded = answer.blocks.size();
  for (const RowRef& ref : slice_of(answer, wish, style)) {
    if (ref.block != loaded) block = answer.blocks[ref.block]();
    loaded = ref.block;
    std::string row;
    writer.row(row, std::string_view{*block}.substr(ref.at, ref.size));
    bytes += row.size() + 1;
    if (bytes > style.max_bytes && !rows.empty()) break;
    rows.push_back(std::move(row));
  }
  if (style.shuffle) shuffle(rows, *style.shuffle);
  PageText out{.text = {}, .rows = rows.size()};
  if (!style.json) writer.header(out.text);
  for (const std::string& row : rows) {
    if (style.json) out.text.push_back(out.text.empty() ? '[' : ',');
    out.text += row;
  }
  if (style.json) out.text += rows.empty() ? "[]" : "]";
  return out;
}

}  // namespace offex::sim
