#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "offex/base/check.hpp"

#include "render/cell_internal.hpp"
#include "render/display_table_internal.hpp"

namespace offex::render {
namespace {

using columns::Batch;
using columns::Column;
using columns::Type;

double value_of(const Column& column, std::size_t row) {
  switch (column.type()) {
    case Type::Int32:
      return column.values<std::int32_t>()[row];
    case Type::Double:
      return column.values<double>()[row];
    default:
      return static_cast<double>(column.values<std::int64_t>()[row]);
  }
}

bool can_average(Type type) { return is_numeric(type) && type != Type::Number; }

// Says what a row is: the first column of days, else of words, beside the group's.
std::size_t label_column(const Batch& header, std::size_t group) {
  for (std::size_t index = 0; index < header.num_columns(); ++index) {
    if (index != group && header.column(index).type() == Type::Day) return index;
  }
  for (std::size_t index = 0; index < header.num_columns(); ++index) {
    if (index != group && !is_numeric(header.column(index).type())) return index;
  }
  return group;
}

}  // namespace

DisplayTable::DisplayTable(const TableView& view) : view_{view} {}

void DisplayTable::begin(const Batch& header) {
  group_ = header.num_columns();
  for (const Column& column : header.columns()) {
    DisplayColumn shown{.format = format_of(view_, column.name())};
    shown.heading = heading_of(shown.format);
    shown.right = is_right_aligned(column, shown.format);
    shown.is_group = !view_.group_by.empty() && column.name() == view_.group_by;
    if (shown.is_group) group_ = columns_.size();
    shown.format.average = shown.format.average && can_average(column.type());
    has_averages_ = has_averages_ || shown.format.average;
    sums_.push_back({.type = column.type()});
    columns_.push_back(std::move(shown));
  }
  label_ = label_column(header, group_);
}

void DisplayTable::add(const Batch& batch, std::vector<DisplayRow>& out) {
  OFFEX_CHECK(batch.num_columns() == columns_.size());
  for (std::size_t row = 0; row < batch.num_rows(); ++row) {
    DisplayRow shown;
    shown.cells.reserve(columns_.size());
    for (std::size_t index = 0; index < columns_.size(); ++index) {
      shown.cells.push_back(display_cell(batch.column(index), row, columns_[index].format));
    }
    if (group_ < columns_.size() && num_rows_ > 0) {
      shown.repeats_group = shown.cells[group_].text == group_name_;
      shown.starts_group = !shown.repeats_group;
    }
    if (shown.starts_group) end_group(out);
    if (group_ < columns_.size()) group_name_ = shown.cells[group_].text;
    if (has_averages_) add_to_sums(batch, row);
    ++group_rows_;
    ++num_rows_;
    out.push_back(std::move(shown));
  }
}

void DisplayTable::add_to_sums(const Batch& batch, std::size_t row) {
  for (std::size_t index = 0; index < columns_.size(); ++index) {
    const Column& column = batch.column(index);
    if (!columns_[index].format.average || !has_value(column, row)) continue;
    sums_[index].total += value_of(column, row);
    ++sums_[index].count;
  }
}

DisplayCell DisplayTable::average_of(const Sum& sum, const DisplayColumn& column) const {
  if (!column.format.average || sum.count == 0) return {.missing = column.format.average};
  const double mean = sum.total / static_cast<double>(sum.count);
  ColumnFormat format = column.format;
  if (sum.type == Type::Quantity || sum.type == Type::Price) {
    Column one{"", sum.type};
    one.push<std::int64_t>(std::llround(mean));
    return display_cell(one, 0, format);
  }
  if (sum.type != Type::Double) {
    format.percent = false;  // as counts are shown
    format.decimals = format.decimals.value_or(1);
  }
  Column one{"", Type::Double};
  one.push(mean);
  return display_cell(one, 0, format);
}

void DisplayTable::end_group(std::vector<DisplayRow>& out) {
  // The mean of one row would say it twice.
  if (has_averages_ && group_rows_ > 1) {
    DisplayRow shown{.kind = RowKind::Average, .repeats_group = true};
    for (std::size_t index = 0; index < columns_.size(); ++index) {
      shown.cells.push_back(average_of(sums_[index], columns_[index]));
    }
    if (group_ < columns_.size()) shown.cells[group_] = {.text = group_name_};
    if (label_ < columns_.size()) {
      DisplayCell& label = shown.cells[label_];
      const std::string words = fmt::format("mean of {}", group_rows_);
      label = {.text = label_ == group_ ? group_name_ + ", " + words : words};
      if (label_ == group_) shown.repeats_group = false;
    }
    out.push_back(std::move(shown));
  }
  group_rows_ = 0;
  for (Sum& sum : sums_) sum = {.type = sum.type};
}

void DisplayTable::finish(std::vector<DisplayRow>& out) { end_group(out); }

std::vector<DisplaySpan> spans_of(const std::vector<DisplayColumn>& columns) {
  std::vector<DisplaySpan> out;
  bool any = false;
  for (std::size_t index = 0; index < columns.size(); ++index) {
    const std::string& section = columns[index].format.section;
    any = any || !section.empty();
    if (!section.empty() && !out.empty() && out.back().section == section) {
      ++out.back().count;
    } else {
      out.push_back({.section = section, .first = index});
    }
  }
  if (!any) out.clear();
  return out;
}

WholeTable whole_table(const TableView& view, const Batch& batch) {
  DisplayTable table{view};
  WholeTable out;
  table.begin(batch);
  table.add(batch, out.rows);
  table.finish(out.rows);
  out.columns = table.columns();
  return out;
}

}  // namespace offex::render
