// RE2 as a peer and as the oracle: a set that tells which expressions occur, and each expression by itself for spans.

#include <re2/re2.h>
#include <re2/set.h>

#include <memory>

#include "addon.h"

struct Expressions {
  std::unique_ptr<re2::RE2::Set> set;
  std::vector<std::unique_ptr<re2::RE2>> single;
};
static std::vector<Expressions> made;

/** compile(expressions) → handle. The set may use 256 MB, so that its automaton is not thrown away and begun anew. */
static napi_value compile(napi_env env, napi_callback_info info) {
  Arguments<1> arguments(env, info);
  re2::RE2::Options options;
  options.set_log_errors(false);
  re2::RE2::Options of_set = options;
  of_set.set_max_mem(256 << 20);
  Expressions expressions;
  expressions.set = std::make_unique<re2::RE2::Set>(of_set, re2::RE2::UNANCHORED);
  options.set_max_mem(64 << 20);
  for (const std::string& text : texts_of(env, arguments[0])) {
    std::string error;
    if (expressions.set->Add(text, &error) < 0) return fail(env, error + ": " + text);
    expressions.single.push_back(std::make_unique<re2::RE2>(text, options));
    if (!expressions.single.back()->ok()) return fail(env, expressions.single.back()->error());
  }
  if (!expressions.set->Compile()) return fail(env, "RE2::Set is out of memory");
  made.push_back(std::move(expressions));
  return number_to(env, made.size() - 1);
}

/** All matches of one expression from the left that do not overlap; an empty match is none. */
static void find_all(const re2::RE2& expression, uint32_t number, Bytes bytes, Output& output) {
  const re2::StringPiece text(bytes.data, bytes.size);
  re2::StringPiece match;
  size_t from = 0;
  while (from <= bytes.size && expression.Match(text, from, bytes.size, re2::RE2::UNANCHORED, &match, 1)) {
    const size_t start = match.data() - bytes.data;
    const size_t end = start + match.size();
    if (end > start) output.add(number, start, end);
    from = end > start ? end : end + 1;
  }
}

/** occurring(handle, bytes) → how many of the expressions occur. */
static napi_value occurring(napi_env env, napi_callback_info info) {
  Arguments<2> arguments(env, info);
  const Bytes bytes = bytes_of(env, arguments[1]);
  std::vector<int> found;
  made[number_of(env, arguments[0])].set->Match(re2::StringPiece(bytes.data, bytes.size), &found);
  return number_to(env, found.size());
}

/** spans(handle, bytes, output) → number of matches: the set first, then each expression that occurs. */
static napi_value spans(napi_env env, napi_callback_info info) {
  Arguments<3> arguments(env, info);
  const Expressions& expressions = made[number_of(env, arguments[0])];
  const Bytes bytes = bytes_of(env, arguments[1]);
  Output output(env, arguments[2]);
  std::vector<int> found;
  expressions.set->Match(re2::StringPiece(bytes.data, bytes.size), &found);
  for (const int number : found) find_all(*expressions.single[number], number, bytes, output);
  return number_to(env, output.used / 3);
}

/** oracle(handle, bytes, output) → number of matches: each expression by itself, without the set. */
static napi_value oracle(napi_env env, napi_callback_info info) {
  Arguments<3> arguments(env, info);
  const Expressions& expressions = made[number_of(env, arguments[0])];
  const Bytes bytes = bytes_of(env, arguments[1]);
  Output output(env, arguments[2]);
  for (uint32_t i = 0; i < expressions.single.size(); i++) find_all(*expressions.single[i], i, bytes, output);
  return number_to(env, output.used / 3);
}

NAPI_MODULE_INIT() {
  export_function(env, exports, "compile", compile);
  export_function(env, exports, "occurring", occurring);
  export_function(env, exports, "spans", spans);
  export_function(env, exports, "oracle", oracle);
  return exports;
}
