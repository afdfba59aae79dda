#include "offex/base/digest.hpp"

#include <openssl/evp.h>

#include "offex/base/check.hpp"

namespace offex::base {

std::string Digest::hex() const {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const std::uint8_t byte : bytes) {
    out += kDigits[byte >> 4U];
    out += kDigits[byte & 0x0FU];
  }
  return out;
}

class Hasher::Impl {
 public:
  Impl() : context_{EVP_MD_CTX_new(), &EVP_MD_CTX_free} {
    OFFEX_CHECK(context_ != nullptr);
    start();
  }
  void start() { OFFEX_CHECK(EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1); }
  void update(const void* data, std::size_t size) {
    OFFEX_CHECK(EVP_DigestUpdate(context_.get(), data, size) == 1);
  }
  Digest finish() {
    Digest digest;
    unsigned int size = 0;
    OFFEX_CHECK(EVP_DigestFinal_ex(context_.get(), digest.bytes.data(), &size) == 1);
    OFFEX_CHECK(size == digest.bytes.size());
    start();
    return digest;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

Hasher::Hasher() : impl_{std::make_unique<Impl>()} {}
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;
Hasher::~Hasher() = default;

void Hasher::update(std::string_view bytes) { impl_->update(bytes.data(), bytes.size()); }
void Hasher::update(std::span<const std::byte> bytes) { impl_->update(bytes.data(), bytes.size()); }
Digest Hasher::finish() { return impl_->finish(); }

Digest sha256(std::string_view bytes) {
  Hasher hasher;
  hasher.update(bytes);
  return hasher.finish();
}

}  // namespace offex::base
