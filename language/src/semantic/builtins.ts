// The functions and operators of the language: CEL's, and a few of our own. One row an overload; an overload's id is what
// core expressions call, what the interpreter evaluates and the compiler generates.
// Rows: id, how it is written, parameter types, result type; `!` at the end: it may have no value (an error value).
// `T`, `K`, `V` are any type, the same within one row. Source of the meanings: the CEL specification (langdef.md, the
// extension libraries strings, math, encoders) at google/cel-spec.

const rows = [
  // arithmetic
  ['int_add', '_ + _', 'int, int', 'int', '!'],
  ['int_sub', '_ - _', 'int, int', 'int', '!'],
  ['int_mul', '_ * _', 'int, int', 'int', '!'],
  ['int_div', '_ / _', 'int, int', 'int', '!'],
  ['int_mod', '_ % _', 'int, int', 'int', '!'],
  ['int_neg', '-_', 'int', 'int', '!'],
  ['uint_add', '_ + _', 'uint, uint', 'uint', '!'],
  ['uint_sub', '_ - _', 'uint, uint', 'uint', '!'],
  ['uint_mul', '_ * _', 'uint, uint', 'uint', '!'],
  ['uint_div', '_ / _', 'uint, uint', 'uint', '!'],
  ['uint_mod', '_ % _', 'uint, uint', 'uint', '!'],
  ['float_add', '_ + _', 'float, float', 'float', ''],
  ['float_sub', '_ - _', 'float, float', 'float', ''],
  ['float_mul', '_ * _', 'float, float', 'float', ''],
  ['float_div', '_ / _', 'float, float', 'float', ''],
  ['float_neg', '-_', 'float', 'float', ''],
  ['string_concat', '_ + _', 'string, string', 'string', ''],
  ['bytes_concat', '_ + _', 'bytes, bytes', 'bytes', ''],
  ['list_concat', '_ + _', 'list<T>, list<T>', 'list<T>', ''],
  ['list_flatten', 'list<list<T>>.flatten', 'list<list<T>>', 'list<T>', ''], // one level
  ['timestamp_add', '_ + _', 'timestamp, duration', 'timestamp', '!'],
  ['timestamp_add_left', '_ + _', 'duration, timestamp', 'timestamp', '!'],
  ['duration_add', '_ + _', 'duration, duration', 'duration', '!'],
  ['timestamp_sub', '_ - _', 'timestamp, duration', 'timestamp', '!'],
  ['timestamp_diff', '_ - _', 'timestamp, timestamp', 'duration', '!'],
  ['duration_sub', '_ - _', 'duration, duration', 'duration', '!'],
  ['dyn_add', '_ + _', 'dyn, dyn', 'dyn', '!'],
  ['dyn_sub', '_ - _', 'dyn, dyn', 'dyn', '!'],
  ['dyn_mul', '_ * _', 'dyn, dyn', 'dyn', '!'],
  ['dyn_div', '_ / _', 'dyn, dyn', 'dyn', '!'],
  ['dyn_mod', '_ % _', 'dyn, dyn', 'dyn', '!'],
  ['dyn_neg', '-_', 'dyn', 'dyn', '!'],
  ['dyn_bool', '', 'dyn', 'bool', '!'], // a dynamic value where a condition is wanted
  // size: code points, bytes, items
  ['string_size', 'size', 'string', 'int', ''],
  ['bytes_size', 'size', 'bytes', 'int', ''],
  ['list_size', 'size', 'list<T>', 'int', ''],
  ['map_size', 'size', 'map<K, V>', 'int', ''],
  ['dyn_size', 'size', 'dyn', 'int', '!'],
  // strings; offsets are code points
  ['string_starts_with', 'string.startsWith', 'string, string', 'bool', ''],
  ['string_ends_with', 'string.endsWith', 'string, string', 'bool', ''],
  ['string_contains', 'string.contains', 'string, string', 'bool', ''],
  ['string_char_at', 'string.charAt', 'string, int', 'string', '!'],
  ['string_index_of', 'string.indexOf', 'string, string', 'int', ''],
  ['string_index_of_from', 'string.indexOf', 'string, string, int', 'int', '!'],
  ['string_last_index_of', 'string.lastIndexOf', 'string, string', 'int', ''],
  ['string_last_index_of_to', 'string.lastIndexOf', 'string, string, int', 'int', '!'],
  ['string_lower_ascii', 'string.lowerAscii', 'string', 'string', ''],
  ['string_upper_ascii', 'string.upperAscii', 'string', 'string', ''],
  ['string_replace', 'string.replace', 'string, string, string', 'string', ''],
  ['string_replace_n', 'string.replace', 'string, string, string, int', 'string', ''],
  ['string_split', 'string.split', 'string, string', 'list<string>', ''],
  ['string_split_n', 'string.split', 'string, string, int', 'list<string>', ''],
  ['string_substring', 'string.substring', 'string, int', 'string', '!'],
  ['string_substring_range', 'string.substring', 'string, int, int', 'string', '!'],
  ['string_trim', 'string.trim', 'string', 'string', ''],
  ['string_reverse', 'string.reverse', 'string', 'string', ''],
  ['string_join', 'list<string>.join', 'list<string>', 'string', ''],
  ['string_join_with', 'list<string>.join', 'list<string>, string', 'string', ''],
  ['string_quote', 'strings.quote', 'string', 'string', ''],
  ['string_format', 'string.format', 'string, list<dyn>', 'string', '!'],
  // what may be told of a sensitive string
  ['string_mask', 'string.mask', 'string, string', 'string', ''], // every code point becomes the second
  ['string_last', 'string.last', 'string, int', 'string', ''], // the last n code points; all when there are fewer
  ['string_hash', 'string.hash', 'string', 'string', '!'], // under the enforcer's key; none without one
  // every text in untyped JSON, at every depth, in the order of the document
  ['dyn_texts', 'texts', 'dyn', 'list<string>', ''],
  // the normalised view of a text; the second form is written `normalized(text, leet)`
  ['text_normalized', 'normalized', 'string', 'string', ''],
  ['text_normalized_leet', '', 'string', 'string', ''],
  // conversions
  ['int_of_uint', 'int', 'uint', 'int', '!'],
  ['int_of_float', 'int', 'float', 'int', '!'],
  ['int_of_string', 'int', 'string', 'int', '!'],
  ['int_of_timestamp', 'int', 'timestamp', 'int', ''],
  ['uint_of_int', 'uint', 'int', 'uint', '!'],
  ['uint_of_float', 'uint', 'float', 'uint', '!'],
  ['uint_of_string', 'uint', 'string', 'uint', '!'],
  ['float_of_int', 'double', 'int', 'float', ''],
  ['float_of_uint', 'double', 'uint', 'float', ''],
  ['float_of_string', 'double', 'string', 'float', '!'],
  ['string_of_bool', 'string', 'bool', 'string', ''],
  ['string_of_int', 'string', 'int', 'string', ''],
  ['string_of_uint', 'string', 'uint', 'string', ''],
  ['string_of_float', 'string', 'float', 'string', ''],
  ['string_of_bytes', 'string', 'bytes', 'string', '!'],
  ['string_of_timestamp', 'string', 'timestamp', 'string', ''],
  ['string_of_duration', 'string', 'duration', 'string', ''],
  ['bytes_of_string', 'bytes', 'string', 'bytes', ''],
  ['bool_of_string', 'bool', 'string', 'bool', '!'],
  ['timestamp_of_string', 'timestamp', 'string', 'timestamp', '!'],
  ['timestamp_of_int', 'timestamp', 'int', 'timestamp', '!'],
  ['duration_of_string', 'duration', 'string', 'duration', '!'],
  ['dyn_to_int', 'int', 'dyn', 'int', '!'],
  ['dyn_to_uint', 'uint', 'dyn', 'uint', '!'],
  ['dyn_to_float', 'double', 'dyn', 'float', '!'],
  ['dyn_to_string', 'string', 'dyn', 'string', '!'],
  ['dyn_type', 'type', 'dyn', 'type', ''],
  // time; getters take an optional zone: UTC, ±hh:mm or an IANA name that is known when compiled
  ['timestamp_full_year', 'timestamp.getFullYear', 'timestamp, string', 'int', '!'],
  ['timestamp_month', 'timestamp.getMonth', 'timestamp, string', 'int', '!'],
  ['timestamp_day_of_year', 'timestamp.getDayOfYear', 'timestamp, string', 'int', '!'],
  ['timestamp_day_of_month', 'timestamp.getDayOfMonth', 'timestamp, string', 'int', '!'],
  ['timestamp_date', 'timestamp.getDate', 'timestamp, string', 'int', '!'],
  ['timestamp_day_of_week', 'timestamp.getDayOfWeek', 'timestamp, string', 'int', '!'],
  ['timestamp_hours', 'timestamp.getHours', 'timestamp, string', 'int', '!'],
  ['timestamp_minutes', 'timestamp.getMinutes', 'timestamp, string', 'int', '!'],
  ['timestamp_seconds', 'timestamp.getSeconds', 'timestamp, string', 'int', '!'],
  ['timestamp_milliseconds', 'timestamp.getMilliseconds', 'timestamp, string', 'int', '!'],
  ['duration_hours', 'duration.getHours', 'duration', 'int', ''],
  ['duration_minutes', 'duration.getMinutes', 'duration', 'int', ''],
  ['duration_seconds', 'duration.getSeconds', 'duration', 'int', ''],
  ['duration_milliseconds', 'duration.getMilliseconds', 'duration', 'int', ''],
  // optionals
  ['optional_of_non_zero', 'optional.ofNonZeroValue', 'T', 'optional<T>', ''],
  ['optional_value', 'optional<T>.value', 'optional<T>', 'T', '!'],
  // math
  ['int_max', 'math.greatest', 'int, int', 'int', ''],
  ['int_min', 'math.least', 'int, int', 'int', ''],
  ['uint_max', 'math.greatest', 'uint, uint', 'uint', ''],
  ['uint_min', 'math.least', 'uint, uint', 'uint', ''],
  ['float_max', 'math.greatest', 'float, float', 'float', ''],
  ['float_min', 'math.least', 'float, float', 'float', ''],
  ['dyn_max', 'math.greatest', 'dyn, dyn', 'dyn', '!'],
  ['dyn_min', 'math.least', 'dyn, dyn', 'dyn', '!'],
  ['int_abs', 'math.abs', 'int', 'int', '!'],
  ['uint_abs', 'math.abs', 'uint', 'uint', ''],
  ['float_abs', 'math.abs', 'float', 'float', ''],
  ['int_sign', 'math.sign', 'int', 'int', ''],
  ['uint_sign', 'math.sign', 'uint', 'uint', ''],
  ['float_sign', 'math.sign', 'float', 'float', ''],
  ['float_ceil', 'math.ceil', 'float', 'float', ''],
  ['float_floor', 'math.floor', 'float', 'float', ''],
  ['float_round', 'math.round', 'float', 'float', ''],
  ['float_trunc', 'math.trunc', 'float', 'float', ''],
  ['float_is_inf', 'math.isInf', 'float', 'bool', ''],
  ['float_is_nan', 'math.isNaN', 'float', 'bool', ''],
  ['float_is_finite', 'math.isFinite', 'float', 'bool', ''],
  ['int_bit_and', 'math.bitAnd', 'int, int', 'int', ''],
  ['int_bit_or', 'math.bitOr', 'int, int', 'int', ''],
  ['int_bit_xor', 'math.bitXor', 'int, int', 'int', ''],
  ['int_bit_not', 'math.bitNot', 'int', 'int', ''],
  ['int_shift_left', 'math.bitShiftLeft', 'int, int', 'int', '!'],
  ['int_shift_right', 'math.bitShiftRight', 'int, int', 'int', '!'],
  ['uint_bit_and', 'math.bitAnd', 'uint, uint', 'uint', ''],
  ['uint_bit_or', 'math.bitOr', 'uint, uint', 'uint', ''],
  ['uint_bit_xor', 'math.bitXor', 'uint, uint', 'uint', ''],
  ['uint_bit_not', 'math.bitNot', 'uint', 'uint', ''],
  ['uint_shift_left', 'math.bitShiftLeft', 'uint, int', 'uint', '!'],
  ['uint_shift_right', 'math.bitShiftRight', 'uint, int', 'uint', '!'],
  ['base64_encode', 'base64.encode', 'bytes', 'string', ''],
  ['base64_decode', 'base64.decode', 'string', 'bytes', '!'],
  // validators of patterns, on the candidate's text. Those of identifiers read its letters and digits alone, whatever the case:
  // 0 to 9, and A to Z for 10 to 35; `X` and `*` are also check characters of ISO/IEC 7064
  ['luhn', 'luhn', 'string', 'bool', ''],
  ['luhn_radix', 'luhn', 'string, int', 'bool', ''], // radix 2 to 36
  ['verhoeff', 'verhoeff', 'string', 'bool', ''],
  ['mod11_2', 'mod11_2', 'string', 'bool', ''], // ISO/IEC 7064, as the next four
  ['mod37_2', 'mod37_2', 'string', 'bool', ''],
  ['mod97_10', 'mod97_10', 'string', 'bool', ''],
  ['mod11_10', 'mod11_10', 'string', 'bool', ''],
  ['mod37_36', 'mod37_36', 'string', 'bool', ''],
  ['remainder', 'remainder', 'string, int', 'int', ''], // of the number that is written, letters as two digits; -1: none
  ['weighted_sum', 'weighted_sum', 'string, list<int>', 'int', ''], // the weights begin again when they are used up
  ['weighted_digit_sum', 'weighted_digit_sum', 'string, list<int>', 'int', ''], // of each product its decimal digits
  ['id_value', 'id_value', 'string, int', 'int', ''], // at a place, from the end below 0; -1: none
  ['id_number', 'id_number', 'string, int, int', 'int', ''], // of so many digits from a place; -1: none
  ['id_part', 'id_part', 'string, int, int', 'string', ''], // so many letters and digits from a place
  ['translate', 'translate', 'string, string, string', 'string', ''], // characters of the second to those of the third
  ['valid_day', 'valid_day', 'int, int, int', 'bool', ''], // year, month, day
  ['base58check', 'base58check', 'string', 'bool', ''],
  ['bech32', 'bech32', 'string', 'bool', ''], // BIP 173
  ['bech32m', 'bech32m', 'string', 'bool', ''], // BIP 350
  ['us_ssn_area', 'us_ssn_area', 'string', 'bool', ''],
  ['iban', 'iban', 'string', 'bool', ''],
  ['entropy', 'entropy', 'string', 'float', ''], // Shannon, bits a code point
  // HTTP
  ['path_normalized', 'normalized_path', 'string', 'string', ''], // `/users/42?x=1` → `/users/{id}`
  ['path_only', 'path_only', 'string', 'string', ''], // without query and fragment
  ['path_segment', 'path_segment', 'string, int', 'string', ''], // percent-decoded; empty when there is none
  ['query_params', 'query_params', 'string', 'map<string, string>', ''], // decoded; the first of a repeated name
  ['query_values', 'query_values', 'string, string', 'list<string>', ''], // decoded; all of a name
] as const;

export type BuiltinId = (typeof rows)[number][0];

/** One overload as the table has it. */
export interface BuiltinRow {
  readonly id: BuiltinId;
  /** `_ + _` for an operator, `size` for a function, `string.startsWith` for a method or a namespaced function. */
  readonly written: string;
  readonly params: string;
  readonly result: string;
  readonly mayFail: boolean;
}

export const builtinRows: readonly BuiltinRow[] = rows.map(([id, written, params, result, fails]) => ({
  id,
  written,
  params,
  result,
  mayFail: fails === '!',
}));
