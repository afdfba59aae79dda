#include <algorithm>

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

PostgrestDelivery::PostgrestDelivery(PostgrestWire& wire, const Shipment& shipment,
                                     std::size_t chunk_rows)
    : wire_{wire},
      shipment_{shipment},
      chunk_rows_{chunk_rows},
      questions_{questions_of(shipment)},
      index_{shipment},
      states_(shipment.rows.num_rows(), State::New),
      seen_(shipment.rows.num_rows(), false),
      warned_(shipment.rows.num_columns(), false),
      out_{.table = shipment.table, .rows = shipment.rows.num_rows()} {}

Result<Delivery> PostgrestDelivery::run() {
  if (out_.rows == 0) return out_;
  OFFEX_TRY(look());
  for (std::size_t row = 0; row < states_.size(); ++row) {
    if (states_[row] != State::There) to_send_.push_back(row);
  }
  out_.inserted = static_cast<std::uint64_t>(std::ranges::count(states_, State::New));
  out_.updated = static_cast<std::uint64_t>(std::ranges::count(states_, State::Differs));
  out_.unchanged = out_.rows - out_.inserted - out_.updated;
  if (to_send_.empty()) {
    out_.counted = out_.rows;
    return out_;
  }
  OFFEX_TRY(send());
  OFFEX_TRY(read_back());
  return out_;
}

/// Finds out which of our rows are there, and just so.
Result<void> PostgrestDelivery::look() {
  const Batch header = header_of(shipment_, shipment_.keep_existing);
  return wire_.read(shipment_.table, questions_, header, [&](const Batch& theirs) -> Result<void> {
    for (std::size_t i = 0; i < theirs.num_rows(); ++i) {
      const auto row = index_.find(theirs, i);
      if (!row) continue;
      states_[*row] = State::There;
      if (shipment_.keep_existing) continue;
      const RowIndex::Comparison comparison = index_.compare(*row, theirs, i);
      if (comparison.different) states_[*row] = State::Differs;
      if (!comparison.different) note_rounding(*row, theirs, i, comparison.rounded);
    }
    return {};
  });
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

Result<void> PostgrestDelivery::read_back() {
  const Batch header = header_of(shipment_, false);
  const auto visit = [&](const Batch& theirs) -> Result<void> {
    for (std::size_t i = 0; i < theirs.num_rows(); ++i) {
      if (const auto row = index_.find(theirs, i)) OFFEX_TRY(check(*row, theirs, i));
    }
    return {};
  };
  const auto missing = [&] { return std::ranges::count(seen_, false); };
  OFFEX_TRY(wire_.read(shipment_.table, questions_, header, visit));
  // Pages move when others write meanwhile: what was not met is looked for once more.
  if (missing() > 0) OFFEX_TRY(wire_.read(shipment_.table, questions_, header, visit));
  out_.counted = static_cast<std::uint64_t>(std::ranges::count(seen_, true));
  if (missing() == 0) return {};
  const auto first = static_cast<std::size_t>(std::ranges::find(seen_, false) - seen_.begin());
  return fail(ErrorCode::Integrity,
              fmt::format("{} of {} rows are not in {} after the push, the first of them {}",
                          missing(), out_.rows, shipment_.table, index_.words(first)));
}

Result<void> PostgrestDelivery::check(std::size_t row, const Batch& theirs, std::size_t their_row) {
  seen_[row] = true;
  // What was there before stays as it was.
  if (shipment_.keep_existing && states_[row] == State::There) return {};
  const RowIndex::Comparison comparison = index_.compare(row, theirs, their_row);
  if (comparison.different) {
    const columns::Column& ours = shipment_.rows.column(*comparison.different);
    return fail(
        ErrorCode::Integrity,
        fmt::format("{} of {}: {} was sent and {} is there", shipment_.table, index_.words(row),
                    shown(ours, row), shown(theirs.column(*comparison.different), their_row)),
        {.field = ours.name()});
  }
  note_rounding(row, theirs, their_row, comparison.rounded);
  return {};
}

void PostgrestDelivery::note_rounding(std::size_t row, const Batch& theirs, std::size_t their_row,
                                      const std::vector<std::size_t>& rounded) {
  for (const std::size_t column : rounded) {
    if (warned_[column]) continue;
    warned_[column] = true;
    out_.warnings.push_back(fmt::format(
        "{}.{} is numeric(20,4) there: values are rounded to 4 decimals ({}: {} became {})",
        shipment_.table, shipment_.rows.column(column).name(), index_.words(row),
        shown(shipment_.rows.column(column), row), shown(theirs.column(column), their_row)));
  }
}

}  // namespace offex::publish
