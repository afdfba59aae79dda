#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/market/instant.hpp"

namespace offex::ingest {

/// A file that came in and is not stored yet.
struct SpoolFile {
  std::filesystem::path path;
  std::string question;  ///< digest of the request that began the answer
  std::string url;
  std::string etag;
  std::string last_modified;
  std::optional<market::Instant> published_at{};
  market::Instant received_at;
  std::uint64_t bytes{0};
  std::string sha256;
  std::int64_t rows{0};                 ///< of a page
  std::string next_url;                 ///< of a page that names one
  std::optional<std::int64_t> total{};  ///< rows of the whole answer, where the upstream tells
};

/// Keeps what came in until it is stored, one folder an answer, so that an interrupted run fetches
/// nothing twice. A file counts once its description stands beside it; both appear whole.
class Spool {
 public:
  explicit Spool(std::filesystem::path root) : root_{std::move(root)} {}

  [[nodiscard]] std::filesystem::path folder(std::string_view slug) const;
  /// Writes a body, and its description.
  [[nodiscard]] Result<SpoolFile> keep(std::string_view slug, const std::string& name,
                                       std::string_view body, SpoolFile about) const;
  /// Writes the description of a file that lies in the folder already.
  [[nodiscard]] Result<void> describe(const SpoolFile& file) const;
  /// Returns the whole files of an answer to `question` by name, received after `oldest`. Others in
  /// the folder are removed, but for parts of large files.
  [[nodiscard]] std::vector<SpoolFile> load(std::string_view slug, std::string_view question,
                                            market::Instant oldest) const;
  /// Removes one file.
  void forget(const SpoolFile& file) const;
  void drop(std::string_view slug) const;
  /// Removes the answers of `stored` and those that nothing was added to for `age`, but none of
  /// `wanted`.
  void sweep(const std::set<std::string>& wanted, const std::set<std::string>& stored,
             std::chrono::seconds age) const;

 private:
  std::filesystem::path root_;
};

}  // namespace offex::ingest
