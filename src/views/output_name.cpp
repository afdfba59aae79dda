#include "offex/views/output_name.hpp"

#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "offex/base/digest.hpp"

namespace offex::views {
namespace {

constexpr std::size_t kNamed = 4;     // symbols that a name spells out
constexpr std::size_t kLongest = 80;  // bytes of one part; a file name has 255 at most

bool is_small(char byte) { return byte >= 'a' && byte <= 'z'; }

bool is_plain(char byte) {
  return is_small(byte) || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9');
}

std::string digits_of(std::string_view text) { return base::sha256(text).hex().substr(0, 6); }

std::string hex_byte(char byte) {
  return fmt::format("={:02X}", static_cast<unsigned>(static_cast<unsigned char>(byte)));
}

// Two symbols never share a word, whether or not a disk tells case.
std::string word_of(const market::Symbol& symbol) {
  std::string out;
  for (const char byte : symbol.view()) {
    const bool inner_point = byte == '.' && !out.empty();
    if (is_small(byte)) out.push_back('~');
    out += is_plain(byte) || inner_point ? std::string{byte} : hex_byte(byte);
  }
  return out;
}

// Names that people gave: readable first. Names that are too long end with digits of their own.
std::string word_of(std::string_view text) {
  std::string out;
  for (const char byte : text) {
    const bool inner = (byte == '.' || byte == '+' || byte == '-') && !out.empty();
    if (is_plain(byte) || inner) {
      out.push_back(byte);
    } else if (!out.empty() && (byte == ' ' || byte == '/' || byte == ':' || byte == '_')) {
      out.push_back('-');
    } else {
      out += hex_byte(byte);
    }
  }
  if (out.size() > kLongest) out = out.substr(0, kLongest) + "-" + digits_of(text);
  return out;
}

std::string word_of(std::span<const market::Symbol> symbols) {
  std::string joined;
  for (const market::Symbol& symbol : symbols) {
    if (!joined.empty()) joined.push_back('-');
    joined += word_of(symbol);
  }
  if (symbols.size() <= kNamed && joined.size() <= kLongest) return joined;
  return fmt::format("{}-and-{}-more-{}", word_of(symbols.front()), symbols.size() - 1,
                     digits_of(joined));
}

// A fraction of a second tells no two questions of a person apart.
std::string word_of(market::Instant instant) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  const std::int64_t nanos = instant.nanos();
  const std::int64_t rest = ((nanos % kSecond) + kSecond) % kSecond;
  std::string out = market::Instant::from_nanos(nanos - rest).iso();
  std::erase(out, '-');
  std::erase(out, ':');
  return out;
}

}  // namespace

std::filesystem::path output_path(const std::filesystem::path& home, const OutputName& name,
                                  std::string_view extension) {
  std::string file = name.subject.empty() && !name.symbols.empty()
                         ? word_of(std::span{name.symbols})
                         : word_of(name.subject.empty() ? std::string_view{"all"} : name.subject);
  if (name.range) file += fmt::format("_{}_{}", name.range->first.iso(), name.range->last.iso());
  file += "_asof-" + word_of(name.as_of);
  if (!name.version.empty()) file += "_" + word_of(name.version);
  const std::string kind = word_of(name.kind.empty() ? std::string_view{"other"} : name.kind);
  return home / "out" / name.date.iso() / kind / fmt::format("{}.{}", file, extension);
}

}  // namespace offex::views
