#pragma once

#include <string>
#include <string_view>

#include "sim/serve_internal.hpp"

namespace offex::sim {

/// Who may sign.
struct SigningKey {
  std::string id;
  std::string secret;
};

/// Returns the HMAC of SHA-256 as 32 bytes.
[[nodiscard]] std::string hmac_sha256(std::string_view key, std::string_view message);

/// Checks the AWS signature (version 4, service s3) of a request. Returns what is wrong as the code
/// of an S3 error, or nothing. The time of the signature is not compared with any clock.
[[nodiscard]] std::string_view signature_fault(const HttpRequest& request, const SigningKey& key);

/// Flat files in an S3-compatible storage, addressed by path.
class FlatFilePart {
 public:
  explicit FlatFilePart(const Site& site) : site_{site} {}
  [[nodiscard]] HttpReply answer(const HttpRequest& request) const;

 private:
  [[nodiscard]] bool is_public(const StoredObject& object) const;
  [[nodiscard]] HttpReply list(const HttpRequest& request) const;
  [[nodiscard]] HttpReply object(const HttpRequest& request, std::string_view key) const;

  const Site& site_;
};

}  // namespace offex::sim
