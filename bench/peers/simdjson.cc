// simdjson On-Demand as a peer: reads from a document the fields that the bench's policies read, and gives their verdict.

#include <simdjson.h>

#include "addon.h"

using namespace simdjson;

static ondemand::parser parser;
static padded_string_view view_of(Bytes bytes, size_t room) { return padded_string_view(bytes.data, bytes.size, room); }

/** The verdict that policies/admission.rdp gives: 1 for refused. */
static bool admission_refused(padded_string_view json) {
  auto document = parser.iterate(json);
  auto object = document["request"]["object"].get_object().value();
  // The order in which API servers write the keys: kind, apiVersion, metadata, spec.
  bool is_pod = object["kind"].get_string().value() == "Pod";
  if (object["apiVersion"].get_string().value() != "v1" || !is_pod) return false;
  bool refused = false;
  for (auto item : object["spec"]["containers"].get_array()) {
    auto container = item.get_object().value();
    const std::string_view image = container["image"].get_string().value();
    if (image.find("@sha256:") == image.npos || image.rfind("registry.shop.example/", 0) != 0) refused = true;
    ondemand::object context;
    bool privileged = false;
    if (container["securityContext"].get_object().get(context) == SUCCESS &&
        context["privileged"].get_bool().get(privileged) == SUCCESS && privileged)
      refused = true;
  }
  return refused;
}

/** The verdict that policies/chat.rdp gives: 1 for refused. */
static bool chat_refused(padded_string_view json) {
  auto document = parser.iterate(json);
  const std::string_view model = document["model"].get_string().value();
  bool refused = model != "gpt-5.2" && model != "claude-sonnet-5" && model != "gemini-3-pro";
  if (document["client"]["workload"].get_string().value() == "") refused = true;
  for (auto item : document["prompts"].get_array()) {
    const std::string_view role = item["role"].get_string().value();
    if (role != "system" && role != "user" && role != "assistant" && role != "tool") refused = true;
  }
  return refused;
}

/** verdict(form, bytes, length) → 1 for refused; form 0 is an admission review. Behind the document there is room for padding. */
static napi_value verdict(napi_env env, napi_callback_info info) {
  Arguments<3> arguments(env, info);
  Bytes bytes = bytes_of(env, arguments[1]);
  const size_t room = bytes.size;
  bytes.size = number_of(env, arguments[2]);
  if (room < bytes.size + SIMDJSON_PADDING) return fail(env, "no room for padding");
  try {
    const padded_string_view json = view_of(bytes, room);
    return number_to(env, number_of(env, arguments[0]) == 0 ? admission_refused(json) : chat_refused(json));
  } catch (const simdjson_error& error) {
    return fail(env, error.what());
  }
}

/** instruction_set() → the instruction sets in use: of the structural index, of the reading. */
static napi_value instruction_set(napi_env env, napi_callback_info) {
  napi_value value;
  const std::string name = simdjson::get_active_implementation()->name() + " + " + SIMDJSON_STRINGIFY(SIMDJSON_BUILTIN_IMPLEMENTATION);
  napi_create_string_utf8(env, name.c_str(), name.size(), &value);
  return value;
}

NAPI_MODULE_INIT() {
  export_function(env, exports, "verdict", verdict);
  export_function(env, exports, "instruction_set", instruction_set);
  return exports;
}
