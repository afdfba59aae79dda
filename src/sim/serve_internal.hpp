#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>

#include "sim/http_internal.hpp"
#include "sim/server_faults_internal.hpp"
#include "sim/server_site_internal.hpp"

// The parts of the simulated server, one upstream each. All of them: many threads.
namespace offex::sim {

/// Storage that hides what is not there, as FINRA's CDN answers.
[[nodiscard]] HttpReply access_denied();

/// FINRA's CDN: daily short-sale files, weekly archives of ATS volume.
class CdnPart {
 public:
  explicit CdnPart(const Site& site) : site_{site} {}
  [[nodiscard]] HttpReply answer(const HttpRequest& request) const;

 private:
  [[nodiscard]] HttpReply short_file(const HttpRequest& request, std::string_view name) const;
  [[nodiscard]] HttpReply ats_archive(const HttpRequest& request, std::string_view name) const;

  const Site& site_;
};

/// Nasdaq's symbol directory of the moment.
class NasdaqPart {
 public:
  explicit NasdaqPart(const Site& site) : site_{site} {}
  [[nodiscard]] HttpReply answer(const HttpRequest& request) const;

 private:
  const Site& site_;
};

/// Tokens of the FINRA Identity Platform.
class TokenPart {
 public:
  explicit TokenPart(const Site& site) : site_{site} {}
  [[nodiscard]] HttpReply answer(const HttpRequest& request);

  /// Returns the 401 that a request of the Query API gets for its token, or nothing when it may
  /// pass. \param expire ends the token first, unless the request lost one before: a client that
  /// comes back with a fresh token always gets through
  [[nodiscard]] std::optional<HttpReply> refuse(const HttpRequest& request, bool expire);

 private:
  const Site& site_;
  std::mutex lock_;
  std::set<std::string, std::less<>> good_;
  std::set<std::string, std::less<>> ended_;
  std::unordered_map<std::string, std::string> lost_;  // request, and the token it lost
  std::uint64_t serial_{0};
};

}  // namespace offex::sim
