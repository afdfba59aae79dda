#pragma once

#include <string>

#include "offex/base/result.hpp"
#include "offex/columns/batch.hpp"
#include "offex/store/reader.hpp"
#include "offex/studies/catalogue.hpp"
#include "offex/studies/scan.hpp"

namespace offex::studies {

/// A derived table that is made session by session while the scanner walks: one walk feeds them
/// all.
class SessionTable {
 public:
  SessionTable() = default;
  SessionTable(const SessionTable&) = delete;
  SessionTable& operator=(const SessionTable&) = delete;
  SessionTable(SessionTable&&) = delete;
  SessionTable& operator=(SessionTable&&) = delete;
  virtual ~SessionTable() = default;

  [[nodiscard]] virtual const TableSpec& spec() const = 0;
  /// What its column `inference_version` holds.
  [[nodiscard]] virtual std::string version() const = 0;
  /// Reads what rows before `first` say, where later ones depend on them.
  [[nodiscard]] virtual Result<void> prepare(const store::Reader& reader, market::Day first) = 0;
  /// Takes a session; `ranking` is that of the default family.
  [[nodiscard]] virtual Result<void> add(const ScanSession& session, const SecurityFacts& facts,
                                         const Ranking& ranking) = 0;
  /// Hands over the rows since the last call, in the order of the table's columns.
  [[nodiscard]] virtual columns::Batch take() = 0;
};

}  // namespace offex::studies
