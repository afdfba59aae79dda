#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "offex/feeds/upstream.hpp"

namespace offex::feeds {

/// Variables that are set and not blank, without blanks around the value.
class VariableReader {
 public:
  /// \param variables must outlive this
  explicit VariableReader(const Variables& variables) : variables_{variables} {}

  [[nodiscard]] std::optional<std::string> text(const std::string& name) const;
  /// Reads an http(s) address, without a slash at the end; `out` stays when it is not set.
  [[nodiscard]] Result<void> address(const std::string& name, std::string& out) const;
  /// Likewise, but a query may stand behind it, and is kept.
  [[nodiscard]] Result<void> address_with_query(const std::string& name, std::string& out) const;
  /// Reads a number from `least` to `most`; `out` stays when it is not set.
  [[nodiscard]] Result<void> number(const std::string& name, double least, double most,
                                    double& out) const;
  /// Reads a text that can stand in a header; `out` stays when it is not set.
  [[nodiscard]] Result<void> secret(const std::string& name, std::string& out) const;

  /// Returns an InvalidArgument that names the variable.
  static std::unexpected<base::Error> refuse(const std::string& name, const std::string& why);

 private:
  const Variables& variables_;
};

[[nodiscard]] std::chrono::milliseconds milliseconds_of(double seconds);

}  // namespace offex::feeds
