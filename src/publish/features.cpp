#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "offex/base/digest.hpp"
#include "offex/columns/cells.hpp"
#include "offex/publish/push.hpp"
#include "offex/render/writers.hpp"

#include "publish/provenance_internal.hpp"

namespace offex::publish {
namespace {

using columns::Batch;
using columns::Column;
using columns::Type;

constexpr std::array<std::string_view, 6> kCanonical{
    "symbol",         "trade_date", "short_vol_share", "short_exempt_share", "ats_share_of_total",
    "feature_version"};

Batch chosen(const Batch& rows, std::span<const std::string_view> names) {
  std::vector<Column> out;
  for (const std::string_view name : names) out.push_back(*rows.find(name));
  return Batch{std::move(out)};
}

/// What the store knows of the files that rows name. Most rows name the same ones.
class Artifacts {
 public:
  explicit Artifacts(const store::Reader& reader) : reader_{reader} {}

  /// The files of one row: those of its day, then those of its week.
  Result<std::vector<const Artifact*>> of_row(const Batch& features, std::size_t row) {
    std::vector<const Artifact*> out;
    for (const auto& [name, digest] : {std::pair{"source_file", "source_sha256"},
                                       std::pair{"ats_source_file", "ats_source_sha256"}}) {
      const std::string names = columns::text_of(features, name, row);
      const std::string digests = columns::text_of(features, digest, row);
      auto known = known_.find(names + '\n' + digests);
      if (known == known_.end()) {
        OFFEX_ASSIGN(auto found, artifacts_of(reader_, names, digests));
        known = known_.emplace(names + '\n' + digests, std::move(found)).first;
      }
      for (const Artifact& artifact : known->second) out.push_back(&artifact);
    }
    return out;
  }

 private:
  const store::Reader& reader_;
  std::map<std::string, std::vector<Artifact>> known_;
};

std::vector<std::string> fields(const std::vector<const Artifact*>& artifacts,
                                std::string Artifact::* field) {
  std::vector<std::string> out;
  out.reserve(artifacts.size());
  for (const Artifact* artifact : artifacts) out.push_back(artifact->*field);
  return out;
}

/// What stands beside a row in the table. It holds no time of the push: to push the same row again
/// changes nothing.
std::string provenance_of(const Batch& features, std::size_t row, std::string_view hash,
                          const std::vector<const Artifact*>& artifacts) {
  const auto cell = [&](std::string_view name) {
    return columns::cell_text(*features.find(name), row);
  };
  return JsonObject{}
      .text("feature_version", cell("feature_version"))
      .text("hash_sha256", hash)
      .texts("source_url", fields(artifacts, &Artifact::url))
      .texts("artifact_sha256", fields(artifacts, &Artifact::sha256))
      .text_or_null("short_source", cell("short_source"))
      .text_or_null("ats_total_source", cell("ats_total_source"))
      .text_or_null("ats_week_used", cell("ats_week_used"))
      .text_or_null("ats_published_date", cell("ats_published_date"))
      .str();
}

/// The key of a row under the second seed's rules: JSON with sorted members.
std::string record_id(const Batch& features, std::size_t row) {
  JsonObject out;
  for (const std::string_view name : {"feature_version", "symbol", "trade_date"}) {
    out.text(name, columns::cell_text(*features.find(name), row));
  }
  return out.str();
}

std::string newest(const std::vector<std::string>& instants) {
  return instants.empty() ? std::string{} : *std::ranges::max_element(instants);
}

class Events {
 public:
  Events() {
    for (const char* name : {"source", "source_url", "payload", "artifact_sha256"}) {
      rows_.add({name, Type::Text});
    }
  }

  void add(std::string_view source, const std::string& url, std::string payload,
           const std::string& sha256) {
    if (!seen_.insert(std::string{source} + '\0' + sha256).second) return;
    rows_.column(0).push(std::string{source});
    url.empty() ? rows_.column(1).push_missing() : rows_.column(1).push(url);
    rows_.column(2).push(std::move(payload));
    rows_.column(3).push(sha256);
  }

  void add_artifact(const Artifact& artifact) {
    add(artifact.dataset, artifact.url,
        JsonObject{}
            .text("name", artifact.name)
            .raw("bytes", artifact.bytes)
            .text("fetched_at", artifact.fetched_at)
            .text_or_null("published_at", artifact.published_at)
            .text_or_null("etag", artifact.etag)
            .str(),
        artifact.sha256);
  }

  /// In the order of the key.
  [[nodiscard]] Batch take() {
    std::vector<std::size_t> order(rows_.num_rows());
    for (std::size_t row = 0; row < order.size(); ++row) order[row] = row;
    const auto& sources = rows_.column(0).values<std::string>();
    const auto& digests = rows_.column(3).values<std::string>();
    std::ranges::sort(order, {}, [&](std::size_t row) {
      return std::pair<std::string_view, std::string_view>{sources[row], digests[row]};
    });
    Batch out;
    for (const Column& column : rows_.columns()) {
      Column& sorted = out.add(Column{column.name(), Type::Text});
      for (const std::size_t row : order) sorted.push_from(column, row);
    }
    Column& version = out.add(Column{"parser_version", Type::Text});
    for (std::size_t row = 0; row < order.size(); ++row) {
      version.push(std::string{"offex " OFFEX_VERSION});
    }
    return out;
  }

 private:
  Batch rows_;
  std::set<std::string> seen_;
};

void add_event(Events& events, const Batch& features, std::size_t row, const std::string& hash,
               const std::vector<const Artifact*>& artifacts, const PushRequest& request) {
  const std::vector<std::string> urls = fields(artifacts, &Artifact::url);
  const std::string meta =
      JsonObject{}
          .text("feature_version", columns::text_of(features, "feature_version", row))
          .texts("source_url", urls)
          .texts("artifact_sha256", fields(artifacts, &Artifact::sha256))
          .text("hash_sha256", hash)
          .text("computed_at", request.now.iso())
          .text_or_null("fetched_at", newest(fields(artifacts, &Artifact::fetched_at)))
          .text("observed_at", request.as_of.value_or(request.now).iso())
          .str();
  // One column for one address: of several the payload tells.
  events.add("daily_features", urls.size() == 1 ? urls.front() : std::string{},
             JsonObject{}.text("record_id", record_id(features, row)).raw("meta", meta).str(),
             hash);
}

}  // namespace

Result<std::vector<std::string>> canonical_rows(const Batch& features) {
  const Batch rows = chosen(features, kCanonical);
  std::string text;
  const auto writer = render::make_jsonl_writer([&text](std::string_view part) -> Result<void> {
    text += part;
    return {};
  });
  OFFEX_TRY(writer->begin(rows));
  OFFEX_TRY(writer->rows(rows));
  OFFEX_TRY(writer->end());
  std::vector<std::string> out;
  out.reserve(rows.num_rows());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    out.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

Result<FeatureShipments> feature_shipments(const store::Reader& reader, const Batch& features,
                                           const PushRequest& request) {
  Artifacts all{reader};
  OFFEX_ASSIGN(const std::vector<std::string> canonical, canonical_rows(features));
  Column provenance{"provenance", Type::Text};
  Events events;
  for (std::size_t row = 0; row < features.num_rows(); ++row) {
    OFFEX_ASSIGN(const std::vector<const Artifact*> artifacts, all.of_row(features, row));
    const std::string hash = base::sha256(canonical[row]).hex();
    provenance.push(provenance_of(features, row, hash, artifacts));
    if (!request.events) continue;
    add_event(events, features, row, hash, artifacts, request);
    for (const Artifact* artifact : artifacts) events.add_artifact(*artifact);
  }
  FeatureShipments out;
  out.rows = {.table = "daily_features",
              .key = {"symbol", "trade_date", "feature_version"},
              .rows = chosen(features, kCanonical),
              .json_columns = {"provenance"}};
  out.rows.rows.add(std::move(provenance));
  out.events = {.table = request.events_table,
                .key = {"source", "artifact_sha256"},
                .rows = events.take(),
                .json_columns = {"payload"},
                .keep_existing = true};
  return out;
}

}  // namespace offex::publish
