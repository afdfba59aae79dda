#pragma once

#include <span>
#include <string_view>

namespace offex::market {

/// A firm that executes orders of retail brokers' customers off the exchanges.
struct Wholesaler {
  std::string_view name;     ///< how the firm's name starts in FINRA's weekly files, in capitals
  std::string_view comment;  ///< why it is on the list
};

/// Returns the firms that offex counts as wholesalers.
///
/// FINRA publishes names of firms and no kinds: the grouping is offex's own, made from the venues
/// that retail brokers name in their order routing reports (SEC Rule 606), and so are its faults. A
/// firm on the list trades for itself and for institutions too; a bank that also executes retail
/// orders is not on it.
[[nodiscard]] std::span<const Wholesaler> wholesalers();

/// Returns whether a firm's name starts with that of a wholesaler, as whole words and without
/// regard to case: `Citadel Securities LLC`, but not `VIRTUOUS BROKERS`.
[[nodiscard]] bool is_wholesaler(std::string_view firm_name);

}  // namespace offex::market
