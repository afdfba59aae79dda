#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "publish/postgrest_delivery_internal.hpp"

namespace offex::publish {
namespace {

using base::ErrorCode;
using columns::Batch;

/// A cell for people.
std::string shown(const columns::Column& column, std::size_t row) {
  return column.valid(row) ? base::printable_excerpt(columns::cell_text(column, row), 60) : "null";
}

}  // namespace

PostgrestDelivery::PostgrestDelivery(PostgrestWire& wire, PostgrestDescription& description,
                                     const Shipment& shipment, std::size_t chunk_rows)
    : wire_{wire},
      shipment_{shipment},
      chunk_rows_{chunk_rows},
      index_{shipment},
      roundings_{description, shipment},
      states_(shipment.rows.num_rows(), State::New),
      seen_(shipment.rows.num_rows(), false),
      out_{.table = shipment.table, .rows = shipment.rows.num_rows()} {}

Result<Delivery> PostgrestDelivery::run() {
  if (out_.rows == 0) return out_;
  const auto range = shipment_.keep_existing ? range_of(shipment_) : std::nullopt;
  if (range) {
    OFFEX_ASSIGN(const std::optional<std::size_t> before, count(*range));
    if (before) {
      OFFEX_TRY(add(*range, *before));
      return out_;
    }
  }
  OFFEX_TRY(replace());
  return out_;
}

Result<void> PostgrestDelivery::replace() {
  OFFEX_TRY(look());
  for (std::size_t row = 0; row < states_.size(); ++row) {
    if (states_[row] != State::There) to_send_.push_back(row);
  }
  out_.inserted = static_cast<std::uint64_t>(std::ranges::count(states_, State::New));
  out_.updated = static_cast<std::uint64_t>(std::ranges::count(states_, State::Differs));
  out_.unchanged = out_.rows - out_.inserted - out_.updated;
  if (to_send_.empty()) {
    out_.counted = out_.rows;
    return {};
  }
  OFFEX_TRY(send());
  return read_back(questions_of(shipment_), false);
}

/// Sends all rows, and leaves those that are there alone. \param before rows within the range
Result<void> PostgrestDelivery::add(const feeds::PostgrestQuery& range, std::size_t before) {
  // Where there was none, each is ours and can be compared.
  if (before > 0) std::ranges::fill(states_, State::There);
  to_send_.resize(states_.size());
  std::iota(to_send_.begin(), to_send_.end(), std::size_t{0});
  OFFEX_TRY(send());
  OFFEX_ASSIGN(const std::optional<std::size_t> counted, count(range));
  const std::size_t after = counted.value_or(before);
  out_.inserted = std::min<std::uint64_t>(after - std::min(before, after), out_.rows);
  out_.unchanged = out_.rows - out_.inserted;
  // Many rows of others in between make lists of our own keys the shorter way.
  Questions lists = questions_of(shipment_);
  const bool whole = after / feeds::kPostgrestRows <= lists.size();
  return read_back(whole ? Questions{range} : std::move(lists), before > 0);
}

/// Returns the number of rows that a question is about; nothing where the server does not count.
Result<std::optional<std::size_t>> PostgrestDelivery::count(const feeds::PostgrestQuery& range) {
  feeds::PostgrestQuery query = range;
  query.columns = shipment_.key;
  query.limit = 1;
  OFFEX_ASSIGN(const feeds::Reply reply,
               wire_.ask(feeds::postgrest_select(wire_.settings(), shipment_.table, query)));
  if (!reply.record_total || *reply.record_total < 0) return std::nullopt;
  return static_cast<std::size_t>(*reply.record_total);
}

/// Finds out which of our rows are there, and just so.
Result<void> PostgrestDelivery::look() {
  const Batch header = header_of(shipment_, shipment_.keep_existing);
  const auto visit = [&](const Batch& theirs) -> Result<void> {
    if (!shipment_.keep_existing) roundings_.see(theirs);
    for (std::size_t i = 0; i < theirs.num_rows(); ++i) {
      const auto row = index_.find(theirs, i);
      if (!row) continue;
      states_[*row] = State::There;
      if (shipment_.keep_existing) continue;
      const RowIndex::Comparison comparison = index_.compare(*row, theirs, i);
      if (comparison.different) states_[*row] = State::Differs;
      if (!comparison.different) keep(*row, theirs, i, comparison.rounded);
    }
    return {};
  };
  OFFEX_TRY(wire_.read(shipment_.table, questions_of(shipment_), header, visit));
  for (const RoundedCell& cell : rounded_) {
    if (!roundings_.believes(cell, false)) states_[cell.row] = State::Differs;
  }
  for (const RoundedCell& cell : rounded_) {
    if (states_[cell.row] == State::There) warn(cell);
  }
  rounded_.clear();
  return {};
}

Result<void> PostgrestDelivery::send() {
  std::size_t sent = 0;
  std::optional<base::Error> failure;
  const auto next = [&]() -> std::optional<PostgrestWire::Numbered> {
    if (sent == to_send_.size() || failure) return std::nullopt;
    const std::size_t count = std::min(chunk_rows_, to_send_.size() - sent);
    auto body = body_of(shipment_, std::span{to_send_}.subspan(sent, count));
    if (!body) {
      failure = std::move(body).error();
      return std::nullopt;
    }
    feeds::Request request =
        feeds::postgrest_upsert(wire_.settings(), shipment_.table, shipment_.key, std::move(*body),
                                !shipment_.keep_existing);
    request.what = fmt::format("rows {} to {} for {}", sent + 1, sent + count, shipment_.table);
    sent += count;
    return PostgrestWire::Numbered{out_.chunks++, std::move(request)};
  };
  OFFEX_TRY(wire_.run(next, [](std::uint64_t, const feeds::Reply&) { return Result<void>{}; }));
  if (failure) return std::unexpected{*std::move(failure)};
  return {};
}

Result<void> PostgrestDelivery::read_back(const Questions& questions, bool keys_only) {
  const Batch header = header_of(shipment_, keys_only);
  const auto visit = [&](const Batch& theirs) -> Result<void> {
    for (std::size_t i = 0; i < theirs.num_rows(); ++i) {
      if (const auto row = index_.find(theirs, i)) OFFEX_TRY(check(*row, theirs, i));
    }
    return {};
  };
  const auto missing = [&] { return std::ranges::count(seen_, false); };
  OFFEX_TRY(wire_.read(shipment_.table, questions, header, visit));
  // Pages move when others write meanwhile: what was not met is looked for once more.
  if (missing() > 0) {
    OFFEX_TRY(wire_.read(shipment_.table, questions_about_missing(), header, visit));
  }
  for (const RoundedCell& cell : rounded_) {
    if (!roundings_.believes(cell, true)) return refuse(cell.row, cell.column, cell.theirs);
    warn(cell);
  }
  out_.counted = static_cast<std::uint64_t>(std::ranges::count(seen_, true));
  if (missing() == 0) return {};
  const auto first = static_cast<std::size_t>(std::ranges::find(seen_, false) - seen_.begin());
  return fail(ErrorCode::Integrity,
              fmt::format("{} of {} rows are not in {} after the push, the first of them {}",
                          missing(), out_.rows, shipment_.table, index_.words(first)));
}

PostgrestDelivery::Questions PostgrestDelivery::questions_about_missing() const {
  Shipment wanted{.table = shipment_.table, .key = shipment_.key, .rows = {}};
  for (const std::string& name : shipment_.key) {
    const columns::Column& ours = *shipment_.rows.find(name);
    columns::Column& column = wanted.rows.add(ours);
    column.truncate(0);
    for (std::size_t row = 0; row < seen_.size(); ++row) {
      if (!seen_[row]) column.push_from(ours, row);
    }
  }
  return questions_of(wanted);
}

Result<void> PostgrestDelivery::check(std::size_t row, const Batch& theirs, std::size_t their_row) {
  seen_[row] = true;
  // What was there before stays as it was.
  if (shipment_.keep_existing && states_[row] == State::There) return {};
  const RowIndex::Comparison comparison = index_.compare(row, theirs, their_row);
  if (comparison.different) {
    return refuse(row, *comparison.different,
                  shown(theirs.column(*comparison.different), their_row));
  }
  keep(row, theirs, their_row, comparison.rounded);
  return {};
}

void PostgrestDelivery::keep(std::size_t row, const Batch& theirs, std::size_t their_row,
                             const std::vector<RowIndex::Rounded>& rounded) {
  for (const auto& [column, decimals] : rounded) {
    rounded_.push_back({.row = row,
                        .column = column,
                        .decimals = decimals,
                        .theirs = columns::cell_text(theirs.column(column), their_row)});
  }
}

void PostgrestDelivery::warn(const RoundedCell& cell) {
  if (auto warning = roundings_.warn(cell, index_)) out_.warnings.push_back(*std::move(warning));
}

std::unexpected<base::Error> PostgrestDelivery::refuse(std::size_t row, std::size_t column,
                                                       const std::string& theirs) const {
  const columns::Column& ours = shipment_.rows.column(column);
  return fail(ErrorCode::Integrity,
              fmt::format("{} of {}: {} was sent and {} is there", shipment_.table,
                          index_.words(row), shown(ours, row), theirs),
              {.field = ours.name()});
}

}  // namespace offex::publish
