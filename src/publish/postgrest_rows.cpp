#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "offex/market/day.hpp"
#include "offex/render/json_text.hpp"
#include "offex/render/writers.hpp"

#include "publish/postgrest_rows_internal.hpp"

namespace offex::publish {
namespace {

using columns::Batch;
using columns::Column;
using columns::Type;

// Of a list in an address: gateways take request lines of 8 KiB.
constexpr std::size_t kMostListed = 100;
constexpr std::size_t kMostListBytes = 6'000;

bool holds_json(const Shipment& shipment, std::string_view name) {
  return std::ranges::find(shipment.json_columns, name) != shipment.json_columns.end();
}

Column empty_like(const Column& column) {
  return column.type() == Type::Label ? Column{column.name(), column.words()}
                                      : Column{column.name(), column.type()};
}

/// A value of a list `in.(...)`: quotes keep commas and brackets together.
std::string listed(const std::string& value) {
  const bool plain = !value.empty() && std::ranges::all_of(value, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
  if (plain) return value;
  std::string out = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out + "\"";
}

/// What a key column of a shipment holds.
struct KeyValues {
  const Column* column{nullptr};
  std::set<std::string> values;
};

KeyValues values_of(const Column& column) {
  KeyValues out{.column = &column, .values = {}};
  for (std::size_t row = 0; row < column.size(); ++row) {
    if (column.valid(row)) out.values.insert(columns::cell_text(column, row));
  }
  return out;
}

/// Whether values sort alike by bytes and by the words of a language.
bool sorts_everywhere(const std::set<std::string>& values) {
  return std::ranges::all_of(values, [&](const std::string& value) {
    return value.size() == values.begin()->size() &&
           value.find_first_not_of("0123456789abcdef") == std::string::npos;
  });
}

/// Splits values into lists that fit into an address.
std::vector<std::string> lists_of(const std::set<std::string>& values) {
  std::vector<std::string> out;
  std::size_t listed_here = 0;
  for (const std::string& value : values) {
    const std::string item = listed(value);
    // A comma, and what quotes and other signs grow by when the address is encoded.
    const bool fits = listed_here > 0 && listed_here < kMostListed &&
                      out.back().size() + 2 * item.size() < kMostListBytes;
    if (!fits) {
      out.push_back("in.(" + item);
      listed_here = 1;
    } else {
      out.back() += "," + item;
      ++listed_here;
    }
  }
  for (std::string& list : out) list += ")";
  return out;
}

}  // namespace

Result<std::string> body_of(const Shipment& shipment, std::span<const std::size_t> rows) {
  Batch plain;
  std::vector<const Column*> raw;
  for (const Column& column : shipment.rows.columns()) {
    if (holds_json(shipment, column.name())) {
      raw.push_back(&column);
      continue;
    }
    Column& chosen = plain.add(empty_like(column));
    chosen.reserve(rows.size());
    for (const std::size_t row : rows) chosen.push_from(column, row);
  }
  std::string lines;
  const auto writer = render::make_jsonl_writer(render::append_to(lines));
  OFFEX_TRY(render::write_all(*writer, plain));
  std::string out = "[";
  std::string_view rest = lines;
  for (const std::size_t row : rows) {
    const std::size_t end = rest.find('\n');
    if (out.size() > 1) out += ",\n";
    out += rest.substr(0, end - 1);  // without the brace
    rest.remove_prefix(end + 1);
    for (const Column* column : raw) {
      out.push_back(',');
      render::append_json_string(out, column->name());
      out.push_back(':');
      out += column->valid(row) ? columns::cell_text(*column, row) : "null";
    }
    out.push_back('}');
  }
  return out + "]";
}

Batch header_of(const Shipment& shipment, bool keys_only) {
  Batch out;
  for (const Column& column : shipment.rows.columns()) {
    const bool key = std::ranges::find(shipment.key, column.name()) != shipment.key.end();
    if (keys_only && !key) continue;
    const Type type = column.type();
    const bool word = type == Type::Label || type == Type::Symbol;
    const bool number = type == Type::Double || type == Type::Quantity || type == Type::Price;
    out.add(Column{column.name(), word || (number && !key) ? Type::Text : type});
  }
  return out;
}

std::vector<feeds::PostgrestQuery> questions_of(const Shipment& shipment) {
  feeds::PostgrestQuery whole{.columns = {}, .order = shipment.key, .count = true};
  KeyValues widest;
  bool has_days = false;
  for (const std::string& name : shipment.key) {
    const Column& column = *shipment.rows.find(name);
    KeyValues here = values_of(column);
    if (here.values.empty()) continue;
    if (here.values.size() == 1) {
      whole.filters.emplace_back(name, "eq." + *here.values.begin());
    } else if (column.type() == Type::Day) {  // ISO days sort as texts
      whole.filters.emplace_back(name, "gte." + *here.values.begin());
      whole.filters.emplace_back(name, "lte." + *here.values.rbegin());
    } else if (here.values.size() > widest.values.size()) {
      widest = std::move(here);
    }
    has_days = has_days || column.type() == Type::Day;
  }
  if (widest.column == nullptr) return {whole};
  const std::vector<std::string> lists = lists_of(widest.values);
  if (has_days && lists.size() > 1) return {whole};
  std::vector<feeds::PostgrestQuery> out;
  for (const std::string& list : lists) {
    out.push_back(whole);
    out.back().filters.emplace_back(widest.column->name(), list);
  }
  return out;
}

std::optional<feeds::PostgrestQuery> range_of(const Shipment& shipment) {
  feeds::PostgrestQuery out{.columns = {}, .order = shipment.key, .count = true};
  for (const std::string& name : shipment.key) {
    const KeyValues here = values_of(*shipment.rows.find(name));
    if (here.values.empty()) return std::nullopt;
    if (here.values.size() == 1) {
      out.filters.emplace_back(name, "eq." + *here.values.begin());
    } else if (sorts_everywhere(here.values)) {
      out.filters.emplace_back(name, "gte." + *here.values.begin());
      out.filters.emplace_back(name, "lte." + *here.values.rbegin());
    } else {
      return std::nullopt;
    }
  }
  return out;
}

}  // namespace offex::publish
