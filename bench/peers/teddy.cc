// The prefilter by itself, in native SSE: Teddy (Hyperscan's hwlm/teddy) over the first four bytes of literals in eight buckets,
// sixteen places at a time, each candidate compared with the literals of its buckets.

#include <tmmintrin.h>

#include <algorithm>
#include <cstring>

#include "addon.h"

static const size_t slots = 4;

struct Literals {
  alignas(16) uint8_t low[slots][16] = {};
  alignas(16) uint8_t high[slots][16] = {};
  std::vector<std::string> buckets[8];
};
static std::vector<Literals> made;

/** compile(literals) → handle. Each has four bytes at least. */
static napi_value compile(napi_env env, napi_callback_info info) {
  Arguments<1> arguments(env, info);
  Literals literals;
  size_t number = 0;
  for (const std::string& literal : texts_of(env, arguments[0])) {
    const size_t bucket = number++ % 8;
    literals.buckets[bucket].push_back(literal);
    for (size_t slot = 0; slot < slots; slot++) {
      const uint8_t byte = literal[slot];
      literals.low[slot][byte & 15] |= 1 << bucket;
      literals.high[slot][byte >> 4] |= 1 << bucket;
    }
  }
  made.push_back(literals);
  return number_to(env, made.size() - 1);
}

static inline __m128i fits(const Literals& literals, size_t slot, const char* place) {
  const __m128i nibble = _mm_set1_epi8(15);
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(place + slot));
  const __m128i low = _mm_load_si128(reinterpret_cast<const __m128i*>(literals.low[slot]));
  const __m128i high = _mm_load_si128(reinterpret_cast<const __m128i*>(literals.high[slot]));
  return _mm_and_si128(_mm_shuffle_epi8(low, _mm_and_si128(bytes, nibble)),
                       _mm_shuffle_epi8(high, _mm_and_si128(_mm_srli_epi16(bytes, 4), nibble)));
}

/** count(handle, bytes, length) → how often a literal stands in the first `length` bytes; behind them 32 bytes can be read. */
static napi_value count(napi_env env, napi_callback_info info) {
  Arguments<3> arguments(env, info);
  const Literals& literals = made[number_of(env, arguments[0])];
  const Bytes bytes = bytes_of(env, arguments[1]);
  const size_t length = std::min<size_t>(number_of(env, arguments[2]), bytes.size - 32);
  uint32_t found = 0;
  for (size_t at = 0; at < length; at += 16) {
    const char* place = bytes.data + at;
    const __m128i all =
        _mm_and_si128(_mm_and_si128(fits(literals, 0, place), fits(literals, 1, place)),
                      _mm_and_si128(fits(literals, 2, place), fits(literals, 3, place)));
    uint32_t places = 0xffff & ~_mm_movemask_epi8(_mm_cmpeq_epi8(all, _mm_setzero_si128()));
    alignas(16) uint8_t masks[16];
    if (places != 0) _mm_store_si128(reinterpret_cast<__m128i*>(masks), all);
    for (; places != 0; places &= places - 1) {
      const size_t offset = __builtin_ctz(places);
      for (uint32_t mask = masks[offset]; mask != 0; mask &= mask - 1)
        for (const std::string& literal : literals.buckets[__builtin_ctz(mask)])
          if (at + offset + literal.size() <= length && memcmp(place + offset, literal.data(), literal.size()) == 0) found++;
    }
  }
  return number_to(env, found);
}

NAPI_MODULE_INIT() {
  export_function(env, exports, "compile", compile);
  export_function(env, exports, "count", count);
  return exports;
}
