#include <charconv>

#include <fmt/format.h>

#include "sim/serve_control_internal.hpp"

namespace offex::sim {
namespace {

using base::ErrorCode;

Result<double> rate_of(const Json& value) {
  double out = 0.0;
  const char* end = value.text.data() + value.text.size();
  const auto [stop, code] = std::from_chars(value.text.data(), end, out);
  if (!value.is(JsonType::Number) || code != std::errc{} || stop != end || out < 0.0 || out > 1.0) {
    return fail(ErrorCode::InvalidArgument, "rate is no number from 0 to 1");
  }
  return out;
}

Result<FaultPlan> plan_of(const Json& value) {
  FaultPlan out;
  for (const auto& [key, entry] : value.members) {
    const auto whole = entry.integer();
    if (key == "rate") {
      OFFEX_ASSIGN(out.rate, rate_of(entry));
    } else if (key == "seed" && whole && *whole >= 0) {
      out.seed = static_cast<std::uint64_t>(*whole);
    } else if (key == "stall_ms" && whole && *whole >= 0) {
      out.stall = std::chrono::milliseconds{*whole};
    } else if (key == "kinds" && entry.is(JsonType::Array)) {
      for (const Json& name : entry.items) {
        const auto kind = parse_fault(name.text);
        if (!kind) return fail(ErrorCode::InvalidArgument, "unknown fault `" + name.text + "`");
        out.kinds.push_back(*kind);
      }
    } else {
      return fail(ErrorCode::InvalidArgument, "faults: cannot use `" + key + "`");
    }
  }
  return out;
}

}  // namespace

void ServedLog::add(const HttpRequest& request, int status, std::uint64_t bytes, bool faulty) {
  if (request.path.starts_with("/control")) return;
  const std::lock_guard guard{lock_};
  entries_.push_back({.method = request.method,
                      .path = request.target,
                      .status = status,
                      .body_bytes = bytes,
                      .faulty = faulty});
}

std::vector<ServedRequest> ServedLog::all() const {
  const std::lock_guard guard{lock_};
  return entries_;
}

void ServedLog::clear() {
  const std::lock_guard guard{lock_};
  entries_.clear();
}

HttpReply ControlPart::answer(const HttpRequest& request) {
  if (request.path == "/control/served") {
    if (request.method != "DELETE") return served();
    log_.clear();
    return json_reply(200, "{}\n");
  }
  if (request.path != "/control" || request.method != "POST") {
    return plain_reply(404, "text/plain", "GET or DELETE /control/served, POST /control\n");
  }
  const auto wish = parse_json(request.body);
  const auto done = wish ? change(*wish) : Result<void>{std::unexpected{wish.error()}};
  if (!done) return plain_reply(400, "text/plain", done.error().message + "\n");
  return json_reply(200, fmt::format("{{\"now\":\"{}\"}}\n", site_.now().iso()));
}

HttpReply ControlPart::served() const {
  std::string out = "[";
  for (const ServedRequest& entry : log_.all()) {
    out += out.size() > 1 ? ",\n{\"method\":" : "{\"method\":";
    append_json_string(out, entry.method);
    out += ",\"path\":";
    append_json_string(out, entry.path);
    out += fmt::format(",\"status\":{},\"body_bytes\":{},\"faulty\":{}}}", entry.status,
                       entry.body_bytes, entry.faulty);
  }
  return json_reply(200, out + "]\n");
}

Result<void> ControlPart::change(const Json& wish) {
  if (!wish.is(JsonType::Object)) return fail(ErrorCode::InvalidArgument, "no JSON object");
  for (const auto& [key, value] : wish.members) {
    if (key == "now") {
      OFFEX_ASSIGN(const market::Instant now, market::Instant::parse(value.text));
      site_.set_now(now);
    } else if (key == "faults") {
      OFFEX_ASSIGN(const FaultPlan plan, plan_of(value));
      dice_.set(plan);
    } else if (key == "correction" && value.is(JsonType::Bool)) {
      if (value.truth) site_.publish_correction();
    } else {
      return fail(ErrorCode::InvalidArgument, "cannot use `" + key + "`");
    }
  }
  return {};
}

}  // namespace offex::sim
