#include <cmath>
#include <cstdint>

#include "offex/studies/nowcast.hpp"

namespace offex::studies {
namespace {

/// A mean of the values that are there.
class Mean {
 public:
  void add(double value) {
    sum_ += value;
    ++count_;
  }
  [[nodiscard]] std::int32_t count() const { return count_; }
  void push_to(columns::Column& column) const {
    if (count_ > 0) {
      column.push(sum_ / count_);
    } else {
      column.push_missing();
    }
  }

 private:
  double sum_{0.0};
  std::int32_t count_{0};
};

/// What the published weeks of one symbol tell.
struct Score {
  Mean error, bias, inside, naive;
};

void take(const columns::Batch& rows, std::size_t row, Score& score) {
  const columns::Column& error = *rows.find("share_error");
  if (!error.valid(row)) return;
  const double off = error.values<double>()[row];
  score.error.add(std::abs(off));
  score.bias.add(off);
  if (const columns::Column& inside = *rows.find("inside"); inside.valid(row)) {
    score.inside.add(inside.values<std::int8_t>()[row] != 0 ? 1.0 : 0.0);
  }
  if (const columns::Column& last = *rows.find("last_share"); last.valid(row)) {
    const double published = rows.find("published_share")->values<double>()[row];
    score.naive.add(std::abs(last.values<double>()[row] - published));
  }
}

}  // namespace

columns::Batch score_nowcasts(const columns::Batch& rows) {
  using columns::Column;
  using columns::Type;
  columns::Batch out{{Column{"symbol", Type::Symbol}, Column{"weeks", Type::Int32},
                      Column{"mean_absolute_error", Type::Double}, Column{"bias", Type::Double},
                      Column{"inside", Type::Double}, Column{"naive_error", Type::Double}}};
  const auto& symbols = rows.find("symbol")->values<market::Symbol>();
  for (std::size_t begin = 0; begin < rows.num_rows();) {
    Score score;
    std::size_t end = begin;
    for (; end < rows.num_rows() && symbols[end] == symbols[begin]; ++end) {
      take(rows, end, score);
    }
    out.column(0).push(symbols[begin]);
    out.column(1).push(score.error.count());
    score.error.push_to(out.column(2));
    score.bias.push_to(out.column(3));
    score.inside.push_to(out.column(4));
    score.naive.push_to(out.column(5));
    begin = end;
  }
  return out;
}

}  // namespace offex::studies
