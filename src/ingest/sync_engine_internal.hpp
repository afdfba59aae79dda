#pragma once

#include <array>
#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "offex/feeds/client.hpp"
#include "offex/ingest/sync.hpp"

#include "ingest/decode_internal.hpp"
#include "ingest/decode_queue_internal.hpp"
#include "ingest/storer_internal.hpp"
#include "ingest/sync_plan_internal.hpp"
#include "ingest/transfer_internal.hpp"

namespace offex::ingest {

/// Runs the tasks of a plan: one thread asks (the client's), some decode, the caller's stores.
class SyncEngine {
 public:
  /// All must outlive the engine.
  SyncEngine(store::Writer& writer, const SyncContext& context, const SyncRequest& request,
             feeds::Client& client);

  [[nodiscard]] Result<SyncReport> run(TaskPlan plan, const SyncProgress& progress,
                                       const std::function<bool()>& stop);

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;

  struct Work {
    Task task;
    std::unique_ptr<Transfer> transfer;
    unsigned failures{0};  ///< damaged replies and answers
  };
  struct Later {
    SteadyTime when;
    std::size_t id{0};
    feeds::Request request;
  };

  [[nodiscard]] Result<void> loop(const SyncProgress& progress, const std::function<bool()>& stop);
  [[nodiscard]] Result<void> turn();
  [[nodiscard]] Result<void> start_more();
  [[nodiscard]] Result<void> start(std::size_t id);
  void send_due();
  void ask(std::size_t id, feeds::Request request);
  [[nodiscard]] Result<void> follow(std::size_t id, Result<Step> step, const feeds::Request* asked);
  [[nodiscard]] Result<void> take_finished(feeds::Finished finished);
  [[nodiscard]] Result<void> take_reply(std::size_t id, const feeds::Request& asked,
                                        const feeds::Reply& reply);
  [[nodiscard]] Result<void> retry(std::size_t id, const base::Error& error,
                                   const feeds::Request* asked);
  [[nodiscard]] Result<void> store_next();
  [[nodiscard]] Result<void> store_answer(std::size_t id, std::vector<Decoded> answer);

  [[nodiscard]] Result<void> finish_stored(std::size_t id, const store::PutResult& put,
                                           const std::string& sha256,
                                           const std::vector<market::Day>& days, std::string note);
  /// \param weeks that the restated rows name
  [[nodiscard]] Result<void> finish_restated(std::size_t id, const store::PutResult& put,
                                             const std::vector<market::Day>& weeks);
  [[nodiscard]] Result<void> finish_unchanged(std::size_t id);
  [[nodiscard]] Result<void> finish_absent(std::size_t id, std::string reason, bool may_ask_other);
  [[nodiscard]] store::LedgerEntry missing_entry(const Work& work,
                                                 const store::Partition& partition,
                                                 const std::string& reason) const;
  [[nodiscard]] Result<void> finish_failed(std::size_t id, const base::Error& error);
  /// Absences of files that are expected every session, judged together at the end.
  [[nodiscard]] Result<void> judge_absences();
  [[nodiscard]] Result<void> record(const Work& work, store::PartitionState state,
                                    std::string reason);
  [[nodiscard]] store::LedgerEntry entry_of(const Work& work, const store::Partition& partition,
                                            store::PartitionState state, std::string reason) const;
  [[nodiscard]] Result<void> commit();
  [[nodiscard]] market::Instant now() const;
  void finished_one();

  store::Writer& writer_;
  const SyncContext& context_;
  const SyncRequest& request_;
  feeds::Client& client_;
  unsigned threads_;
  Spool spool_;
  KnownFiles known_;
  ImportRequest import_;
  Decoder decoder_;
  Storer storer_;
  DecodeQueue queue_;
  std::deque<Work> works_;
  std::deque<std::size_t> decoding_;  ///< in the order of the queue
  std::vector<Later> later_;
  std::vector<std::size_t> absent_;      ///< held for judge_absences
  std::vector<std::string> done_slugs_;  ///< dropped from the spool after the next commit
  std::size_t next_{0};
  std::size_t asked_{0};  ///< requests whose answer was not taken yet
  std::size_t done_{0};
  SteadyTime last_commit_;
  SyncReport report_;
};

}  // namespace offex::ingest
