#include <algorithm>

#include "store/row_identity_internal.hpp"

namespace offex::store {

namespace {

using columns::Column;
using columns::Type;

template <class T>
void append_bytes(std::string& out, const T& value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void append_cell(std::string& out, const Column& column, std::uint32_t row) {
  out += column.valid(row) ? '\1' : '\0';
  if (!column.valid(row)) {
    return;
  }
  switch (column.type()) {
    case Type::Text: {
      const std::string& text = column.values<std::string>()[row];
      append_bytes(out, text.size());
      out += text;
      break;
    }
    case Type::Int64:
      append_bytes(out, column.values<std::int64_t>()[row]);
      break;
    default:
      append_bytes(out, column.values<std::int32_t>()[row]);
  }
}

bool has(const Column* column, std::uint32_t row) {
  return column != nullptr && column->valid(row);
}

}  // namespace

IdentityReader::IdentityReader(const FactLayout& layout, const columns::Batch& batch,
                               std::span<const std::string_view> ignored)
    : symbol_only_{layout.symbols == SymbolUse::Coded && layout.identity.empty()},
      style_{market::symbol_style(layout.dataset)} {
  if (layout.symbols == SymbolUse::Text) {
    text_symbol_ = batch.find("symbol");
  }
  const auto takes_part = [&](std::string_view name) {
    return std::ranges::find(ignored, name) == ignored.end();
  };
  const auto find = [&](std::string_view name) {
    return takes_part(name) ? batch.find(name) : nullptr;
  };
  if (layout.venues) {
    mpid_ = find(kVenueMpid.name);
    crd_ = find(kVenueCrd.name);
    name_ = find(kVenueName.name);
  }
  for (const std::string_view name : layout.identity) {
    if (layout.venues && name == kVenueName.name) {
      continue;
    }
    if (!takes_part(name)) {
      continue;
    }
    columns_.push_back(batch.find(name));
  }
}

std::string IdentityReader::bytes(std::int32_t symbol_code, std::uint32_t row) const {
  std::string out;
  append_bytes(out, symbol_code);
  if (text_symbol_ != nullptr) {
    append_bytes(out, market::to_canonical(text_symbol_->values<market::Symbol>()[row], style_));
  }
  for (const Column* column : columns_) {
    if (column == nullptr) {
      out += '\0';
    } else {
      append_cell(out, *column, row);
    }
  }
  // A venue keeps its identity when its name changes, as long as it has another mark.
  if (has(name_, row) && !has(mpid_, row) && !has(crd_, row)) {
    append_cell(out, *name_, row);
  }
  return out;
}

std::string IdentityReader::text(std::uint32_t row) const {
  std::string out;
  const auto add = [&](const Column& column) {
    out += (out.empty() ? "" : ", ") + columns::cell_text(column, row);
  };
  for (const Column* column : columns_) {
    if (has(column, row)) {
      add(*column);
    }
  }
  if (has(name_, row) && !has(mpid_, row) && !has(crd_, row)) {
    add(*name_);
  }
  return out;
}

void SeenRows::next_key() {
  ++stamp_;
  rows_.clear();
}

std::optional<std::uint32_t> SeenRows::add(const IdentityReader& identity, std::int32_t symbol_code,
                                           std::uint32_t row) {
  if (!identity.symbol_only()) {
    const auto [place, fresh] = rows_.try_emplace(identity.bytes(symbol_code, row), row);
    return fresh ? std::nullopt : std::optional{place->second};
  }
  const auto place = static_cast<std::size_t>(symbol_code);
  if (place >= entries_.size()) {
    entries_.resize(std::max(place + 1, entries_.size() * 2));
  }
  Entry& entry = entries_[place];
  if (entry.stamp == stamp_) {
    return entry.row;
  }
  entry = {stamp_, row};
  return std::nullopt;
}

std::optional<std::uint32_t> SeenRows::find(const IdentityReader& identity,
                                            std::int32_t symbol_code, std::uint32_t row) const {
  if (!identity.symbol_only()) {
    const auto found = rows_.find(identity.bytes(symbol_code, row));
    return found == rows_.end() ? std::nullopt : std::optional{found->second};
  }
  const auto place = static_cast<std::size_t>(symbol_code);
  if (place >= entries_.size() || entries_[place].stamp != stamp_) {
    return std::nullopt;
  }
  return entries_[place].row;
}

}  // namespace offex::store
