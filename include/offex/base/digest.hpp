#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace offex::base {

/// A SHA-256 value.
struct Digest {
  std::array<std::uint8_t, 32> bytes{};

  /// Returns 64 lower-case hexadecimal digits.
  [[nodiscard]] std::string hex() const;

  friend auto operator<=>(const Digest&, const Digest&) = default;
};

/// Computes a SHA-256 over any number of pieces.
class Hasher {
 public:
  Hasher();
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;
  Hasher(Hasher&&) noexcept;
  Hasher& operator=(Hasher&&) noexcept;
  ~Hasher();

  void update(std::string_view bytes);
  void update(std::span<const std::byte> bytes);
  /// Returns the digest of all bytes so far and starts anew.
  [[nodiscard]] Digest finish();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// Returns the SHA-256 of `bytes`.
[[nodiscard]] Digest sha256(std::string_view bytes);

}  // namespace offex::base
