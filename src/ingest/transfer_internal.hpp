#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/feeds/client.hpp"
#include "offex/feeds/upstream.hpp"

#include "ingest/decode_internal.hpp"
#include "ingest/spool_internal.hpp"
#include "ingest/sync_task_internal.hpp"

namespace offex::ingest {

/// What a transfer wants next.
enum class Want : std::uint8_t {
  Ask,    ///< send `request`
  Later,  ///< send `request` after the time between looks at an asynchronous request
  Whole,  ///< nothing: the answer is whole in the spool
  None,   ///< nothing: the upstream has no rows for the question
};

struct Step {
  Want want{};
  feeds::Request request{};
};

/// Asks for one task, reply by reply, and keeps what came in the spool. Knows nothing of time,
/// threads or the store.
class Transfer {
 public:
  /// All must outlive the transfer.
  Transfer(const Task& task, const feeds::Endpoints& endpoints, const Spool& spool,
           std::size_t max_pages)
      : task_{task}, endpoints_{endpoints}, spool_{spool}, max_pages_{max_pages} {}

  /// Takes up what an earlier run kept, if it was received after `oldest`, and says how to go on.
  [[nodiscard]] Result<Step> start(market::Instant oldest);
  /// Takes a reply of kind Body, Empty or Accepted. An Integrity error means that the reply was
  /// damaged: the same request may be sent again.
  [[nodiscard]] Result<Step> take(const feeds::Request& asked, const feeds::Reply& reply,
                                  market::Instant now);
  /// The answer, once whole.
  [[nodiscard]] Bundle bundle() const;
  [[nodiscard]] const std::vector<SpoolFile>& files() const { return files_; }
  /// How many of the files were there from an earlier run.
  [[nodiscard]] std::size_t resumed() const { return resumed_; }
  /// Forgets everything that came in.
  void reset();

 private:
  [[nodiscard]] Step first() const;
  [[nodiscard]] Result<Step> after(const SpoolFile& last) const;
  [[nodiscard]] Result<Step> take_file(const feeds::Request& asked, const feeds::Reply& reply,
                                       market::Instant now);
  [[nodiscard]] Result<Step> take_query_page(const feeds::Request& asked, const feeds::Reply& reply,
                                             market::Instant now);
  [[nodiscard]] Result<Step> take_linked_page(const feeds::Request& asked,
                                              const feeds::Reply& reply, market::Instant now);
  [[nodiscard]] Result<Step> take_async(const feeds::Request& asked, const feeds::Reply& reply,
                                        market::Instant now);
  [[nodiscard]] Result<SpoolFile> keep(const std::string& name, const feeds::Request& asked,
                                       const feeds::Reply& reply, market::Instant now,
                                       SpoolFile about) const;
  [[nodiscard]] Result<Step> keep_page(const feeds::Request& asked, const feeds::Reply& reply,
                                       market::Instant now, SpoolFile about);
  [[nodiscard]] Result<void> check_offset(const feeds::Reply& reply) const;
  [[nodiscard]] Result<void> check_page_count() const;
  [[nodiscard]] feeds::Request query_request(std::int64_t offset) const;
  [[nodiscard]] std::int64_t rows_so_far() const;
  [[nodiscard]] std::string page_name() const;

  static constexpr unsigned kMostLooks = 240;  // four hours, a minute apart

  const Task& task_;
  const feeds::Endpoints& endpoints_;
  const Spool& spool_;
  std::size_t max_pages_;
  std::string question_;
  std::vector<SpoolFile> files_;
  unsigned looks_{0};  ///< replies that brought no rows of an asynchronous request
  std::size_t resumed_{0};
};

}  // namespace offex::ingest
