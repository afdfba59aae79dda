#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "offex/market/day.hpp"

#include "sim/model_internal.hpp"
#include "sim/text_internal.hpp"
#include "sim/universe_internal.hpp"

namespace offex::sim {

/// The daily short-sale files of one session: a facility each in the order of `Venue`, then CNMS.
/// Keeps its buffers from day to day.
class ShortFiles {
 public:
  explicit ShortFiles(const std::vector<Security>& universe);

  /// Published prefixes in the order of `files`.
  static constexpr std::array<std::string_view, kNumVenues + 1> kPrefixes{"FNSQ", "FNYX", "FNQC",
                                                                          "FNRA", "FORF", "CNMS"};
  static constexpr std::size_t kConsolidated = kNumVenues;

  void write(market::Day day, const std::vector<Trading>& trading);
  [[nodiscard]] const std::array<FileText, kNumVenues + 1>& files() const { return files_; }

 private:
  void append_row(FileText& file, const Security& security, const ShortVolume& row,
                  std::string_view market);

  const std::vector<Security>& universe_;
  std::vector<std::size_t> order_;  // by FINRA's spelling
  std::string day_prefix_;
  std::array<FileText, kNumVenues + 1> files_;
};

/// Daily bars of one session, as the vendor's flat file and as the grouped daily reply.
class BarFiles {
 public:
  explicit BarFiles(const std::vector<Security>& universe);

  void write_flat(market::Day day, const std::vector<Trading>& trading);
  void write_grouped(market::Day day, const std::vector<Trading>& trading);
  [[nodiscard]] const FileText& flat() const { return flat_; }
  [[nodiscard]] const FileText& grouped() const { return grouped_; }

 private:
  const std::vector<Security>& universe_;
  std::vector<std::size_t> order_;  // by the vendor's spelling
  FileText flat_;
  FileText grouped_;
};

/// Takes a tenth of the volume at the Carteret facility back from every fortieth security, as a
/// corrected file does. Returns whether any row changed.
bool apply_correction(std::vector<Trading>& trading);

/// Index membership; one member leaves half-way and another takes its place.
[[nodiscard]] FileText constituents_text(const std::vector<Security>& universe,
                                         const std::vector<market::Day>& sessions);
[[nodiscard]] FileText securities_text(const std::vector<Security>& universe,
                                       const std::vector<market::Day>& sessions);
[[nodiscard]] FileText truth_text(const std::vector<Security>& universe,
                                  const std::vector<Episode>& episodes,
                                  const std::vector<market::Day>& sessions);

}  // namespace offex::sim
