#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <nanobind/nanobind.h>

#include "offex/base/clock.hpp"
#include "offex/base/result.hpp"
#include "offex/market/instant.hpp"
#include "offex/market/symbol.hpp"
#include "offex/store/reader.hpp"

#include "bindings/errors_internal.hpp"
#include "bindings/log_internal.hpp"
#include "bindings/table_internal.hpp"

namespace offex::bindings {

/// Number of threads that a question may use.
[[nodiscard]] unsigned thread_count();

/// A store as it was when it was opened: later imports do not change its answers.
///
/// Python's threads may share one; questions wait for each other, without the interpreter lock.
class Store {
 public:
  Store(std::filesystem::path home, std::optional<market::Instant> as_of,
        std::unique_ptr<base::Clock> clock)
      : home_{std::move(home)}, as_of_{as_of}, clock_{std::move(clock)} {}

  /// Reads the published state. \pre before anything else
  [[nodiscard]] Result<void> open();
  [[nodiscard]] const std::filesystem::path& home() const { return home_; }
  [[nodiscard]] base::LogSink& log() { return log_; }
  [[nodiscard]] std::optional<market::Instant> as_of() const { return as_of_; }
  /// Returns what the clock says.
  [[nodiscard]] market::Instant now() const;
  /// Returns the moment that questions are about: `as_of`, else now.
  [[nodiscard]] market::Instant asked_at() const { return as_of_.value_or(now()); }

  /// Asks with `ask(const store::Reader&)`, without the interpreter lock, one question at a time.
  template <class Ask>
  auto ask(const Ask& ask) {
    return unlocked([&] {
      const std::scoped_lock lock{mutex_};
      return ask(*facts_);
    });
  }
  /// The same, where SQL over the views of facts answers as of `as_of`.
  template <class Ask>
  auto ask_sql(const Ask& ask) {
    return unlocked([&] {
      const std::scoped_lock lock{mutex_};
      return ask(as_of_ ? *views_ : *facts_);
    });
  }

 private:
  std::filesystem::path home_;
  std::optional<market::Instant> as_of_;
  std::unique_ptr<base::Clock> clock_;
  PythonLog log_;
  std::mutex mutex_;
  std::optional<store::Reader> facts_;
  std::optional<store::Reader> views_;  // with `as_of` alone
};

/// Finds what people mean by some tickers among the symbols of the store; none are none.
/// \param take_unknown as they are, instead of NotFound
[[nodiscard]] Result<std::vector<market::Symbol>> resolve(const std::vector<std::string>& typed,
                                                          const store::Reader& reader,
                                                          bool take_unknown = false);

/// Adds what sends rows to other databases.
void add_store_push(nanobind::class_<Store>& store);

}  // namespace offex::bindings
