#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "offex/columns/batch.hpp"

namespace offex::publish {

/// Rows for one table of another database.
struct Shipment {
  std::string table;             ///< "daily_features"
  std::vector<std::string> key;  ///< columns of a unique index; sorted by them, each key once
  columns::Batch rows;
  std::vector<std::string> json_columns{};  ///< Text columns that hold JSON objects
  /// A row whose key is there stays as it is: for events. Otherwise it is replaced when it differs.
  bool keep_existing{false};
};

/// What became of a shipment.
struct Delivery {
  std::string table;
  std::uint64_t rows{0};                ///< sent
  std::uint64_t inserted{0};            ///< new keys
  std::uint64_t updated{0};             ///< rows that differed and were replaced
  std::uint64_t unchanged{0};           ///< rows that were there already, just so
  std::uint64_t counted{0};             ///< keys of ours that the table holds now, read back
  std::uint64_t chunks{0};              ///< COPY blocks or requests
  std::vector<std::string> warnings{};  ///< "short_vol_share is numeric(20,4): ... rounded"
};

}  // namespace offex::publish
