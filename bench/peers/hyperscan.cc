// Hyperscan as a peer: a database of many expressions, and one scan that tells ends, or spans when it was compiled to.

#include <hs/hs.h>

#include <memory>

#include "addon.h"

struct Database {
  hs_database_t* database = nullptr;
  hs_scratch_t* scratch = nullptr;
};
static std::vector<Database> databases;

static unsigned flags_of(bool spans) { return spans ? HS_FLAG_SOM_LEFTMOST : 0; }

/** usable(expressions, spans) → indices of those that Hyperscan compiles, each by itself. */
static napi_value usable(napi_env env, napi_callback_info info) {
  Arguments<2> arguments(env, info);
  const unsigned flags = flags_of(number_of(env, arguments[1]) != 0);
  std::vector<uint32_t> good;
  uint32_t index = 0;
  for (const std::string& expression : texts_of(env, arguments[0])) {
    hs_database_t* database = nullptr;
    hs_compile_error_t* error = nullptr;
    if (hs_compile(expression.c_str(), flags, HS_MODE_BLOCK, nullptr, &database, &error) == HS_SUCCESS) {
      good.push_back(index);
      hs_free_database(database);
    } else {
      hs_free_compile_error(error);
    }
    index++;
  }
  return numbers_to(env, good);
}

/** compile(expressions, spans) → handle. An expression's number in matches is its index. */
static napi_value compile(napi_env env, napi_callback_info info) {
  Arguments<2> arguments(env, info);
  const std::vector<std::string> expressions = texts_of(env, arguments[0]);
  std::vector<const char*> pointers;
  std::vector<unsigned> numbers;
  for (const std::string& expression : expressions) {
    pointers.push_back(expression.c_str());
    numbers.push_back(numbers.size());
  }
  const std::vector<unsigned> flags(expressions.size(), flags_of(number_of(env, arguments[1]) != 0));
  Database made;
  hs_compile_error_t* error = nullptr;
  if (hs_compile_multi(pointers.data(), flags.data(), numbers.data(), pointers.size(), HS_MODE_BLOCK, nullptr,
                       &made.database, &error) != HS_SUCCESS) {
    const std::string message = error->message;
    hs_free_compile_error(error);
    return fail(env, message);
  }
  if (hs_alloc_scratch(made.database, &made.scratch) != HS_SUCCESS) return fail(env, "hs_alloc_scratch");
  databases.push_back(made);
  return number_to(env, databases.size() - 1);
}

/** release(handle): the memory of a database that was compiled only to be timed. */
static napi_value release(napi_env env, napi_callback_info info) {
  Arguments<1> arguments(env, info);
  Database& made = databases[number_of(env, arguments[0])];
  hs_free_scratch(made.scratch);
  hs_free_database(made.database);
  made = {};
  return nullptr;
}

static int on_match(unsigned int id, unsigned long long from, unsigned long long to, unsigned int, void* context) {
  static_cast<Output*>(context)->add(id, from, to);
  return 0;
}

/** scan(handle, bytes, output) → matches: number, begin (0 without spans), end of each. */
static napi_value scan(napi_env env, napi_callback_info info) {
  Arguments<3> arguments(env, info);
  const Database& made = databases[number_of(env, arguments[0])];
  const Bytes bytes = bytes_of(env, arguments[1]);
  Output output(env, arguments[2]);
  if (hs_scan(made.database, bytes.data, bytes.size, 0, made.scratch, on_match, &output) != HS_SUCCESS)
    return fail(env, "hs_scan");
  return number_to(env, output.used / 3);
}

NAPI_MODULE_INIT() {
  export_function(env, exports, "usable", usable);
  export_function(env, exports, "compile", compile);
  export_function(env, exports, "release", release);
  export_function(env, exports, "scan", scan);
  return exports;
}
