// What the native peers share: a program of C++ that Node loads, so that a peer is called in the same process as we are and is
// given the same bytes. Errors become JavaScript exceptions; handles are indices into a vector that lives as long as the process.
#pragma once

#include <node_api.h>

#include <cstdint>
#include <string>
#include <vector>

struct Bytes {
  const char* data;
  size_t size;
};

inline napi_value fail(napi_env env, const std::string& message) {
  napi_throw_error(env, nullptr, message.c_str());
  return nullptr;
}

/** The arguments of a call; missing ones are `undefined`. */
template <size_t count>
struct Arguments {
  napi_value values[count];
  Arguments(napi_env env, napi_callback_info info) {
    size_t given = count;
    napi_get_cb_info(env, info, &given, values, nullptr, nullptr);
  }
  napi_value operator[](size_t i) const { return values[i]; }
};

inline uint32_t number_of(napi_env env, napi_value value) {
  uint32_t result = 0;
  napi_get_value_uint32(env, value, &result);
  return result;
}

/** A Uint8Array's bytes, where they lie. */
inline Bytes bytes_of(napi_env env, napi_value value) {
  napi_typedarray_type type;
  size_t length = 0;
  void* data = nullptr;
  napi_get_typedarray_info(env, value, &type, &length, &data, nullptr, nullptr);
  return {static_cast<const char*>(data), length};
}

/** A Uint32Array that results are written into; `room` is how many of its items there are. */
struct Output {
  uint32_t* items;
  size_t room;
  size_t used = 0;

  Output(napi_env env, napi_value value) {
    napi_typedarray_type type;
    void* data = nullptr;
    napi_get_typedarray_info(env, value, &type, &room, &data, nullptr, nullptr);
    items = static_cast<uint32_t*>(data);
  }

  /** A match: pattern, begin, end. What has no room is counted, not written. */
  void add(uint32_t pattern, uint32_t from, uint32_t to) {
    if (used + 3 <= room) {
      items[used] = pattern;
      items[used + 1] = from;
      items[used + 2] = to;
    }
    used += 3;
  }
};

inline std::string text_of(napi_env env, napi_value value) {
  size_t length = 0;
  napi_get_value_string_utf8(env, value, nullptr, 0, &length);
  std::string text(length, '\0');
  napi_get_value_string_utf8(env, value, text.data(), length + 1, &length);
  return text;
}

inline std::vector<std::string> texts_of(napi_env env, napi_value list) {
  uint32_t length = 0;
  napi_get_array_length(env, list, &length);
  std::vector<std::string> texts;
  for (uint32_t i = 0; i < length; i++) {
    napi_value item;
    napi_get_element(env, list, i, &item);
    texts.push_back(text_of(env, item));
  }
  return texts;
}

inline napi_value number_to(napi_env env, double number) {
  napi_value value;
  napi_create_double(env, number, &value);
  return value;
}

inline napi_value numbers_to(napi_env env, const std::vector<uint32_t>& numbers) {
  napi_value list;
  napi_create_array_with_length(env, numbers.size(), &list);
  for (uint32_t i = 0; i < numbers.size(); i++) napi_set_element(env, list, i, number_to(env, numbers[i]));
  return list;
}

inline void export_function(napi_env env, napi_value exports, const char* name, napi_callback function) {
  napi_value value;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, function, nullptr, &value);
  napi_set_named_property(env, exports, name, value);
}
