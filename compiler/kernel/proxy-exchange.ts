// An exchange as a proxy sees it → the document that an entrypoint with `/http` takes: `{"method", "path", "host", "client", "time",
// "status", "headers", "body"}`. A JSON body goes in as it came; any other is a string, and bytes that are no UTF-8 are U+FFFD in it.
// INVARIANT: a document has no key twice: headers of one name are one, their values joined as HTTP joins them.

import { guard, unguard } from './document';
import { alloc } from './heap';
import { current_second, header_pairs, property, REQUEST_HEADERS, RESPONSE_HEADERS } from './proxy-host';
import { out_begin, out_byte, out_end, out_escaped, out_length, out_string, out_text, out_uint } from './ops-json';
import { string_of_timestamp, timestamp_of_int } from './ops-time';
import { EMPTY, at, size, text } from './ops-value';
import { string_concat, string_contains, string_equal, string_lower_ascii } from './ops-text';
import { clear_faults, malformed, past_space, skip_value, TOO_DEEP } from './scan';
import { document_is_utf8 } from './utf8';

// {"method":
const METHOD = memory.data<u8>([123, 34, 109, 101, 116, 104, 111, 100, 34, 58]);
// ,"path":
const PATH = memory.data<u8>([44, 34, 112, 97, 116, 104, 34, 58]);
// ,"host":
const HOST = memory.data<u8>([44, 34, 104, 111, 115, 116, 34, 58]);
// ,"client":{"ip":
const CLIENT_IP = memory.data<u8>([44, 34, 99, 108, 105, 101, 110, 116, 34, 58, 123, 34, 105, 112, 34, 58]);
// ,"workload":
const CLIENT_WORKLOAD = memory.data<u8>([44, 34, 119, 111, 114, 107, 108, 111, 97, 100, 34, 58]);
// ,"id":
const CLIENT_ID = memory.data<u8>([44, 34, 105, 100, 34, 58]);
// ,"subject":
const CLIENT_SUBJECT = memory.data<u8>([44, 34, 115, 117, 98, 106, 101, 99, 116, 34, 58]);
// },"time":
const TIME = memory.data<u8>([125, 44, 34, 116, 105, 109, 101, 34, 58]);
// ,"status":
const STATUS = memory.data<u8>([44, 34, 115, 116, 97, 116, 117, 115, 34, 58]);
// ,"headers":{
const HEADERS = memory.data<u8>([44, 34, 104, 101, 97, 100, 101, 114, 115, 34, 58, 123]);
// ,"body":
const BODY = memory.data<u8>([44, 34, 98, 111, 100, 121, 34, 58]);
// �
const REPLACEMENT = memory.data<u8>([239, 191, 189]);
// :method
const OF_METHOD = memory.data<u8>([58, 109, 101, 116, 104, 111, 100]);
// :path
const OF_PATH = memory.data<u8>([58, 112, 97, 116, 104]);
// :authority
const OF_AUTHORITY = memory.data<u8>([58, 97, 117, 116, 104, 111, 114, 105, 116, 121]);
// :status
const OF_STATUS = memory.data<u8>([58, 115, 116, 97, 116, 117, 115]);
// ; 
const COOKIE_JOINT = memory.data<u8>([59, 32]);
// , 
const JOINT = memory.data<u8>([44, 32]);
// cookie
const COOKIE = memory.data<u8>([99, 111, 111, 107, 105, 101]);
// content-type
const CONTENT_TYPE = memory.data<u8>([99, 111, 110, 116, 101, 110, 116, 45, 116, 121, 112, 101]);
// content-encoding
const CONTENT_ENCODING = memory.data<u8>([99, 111, 110, 116, 101, 110, 116, 45, 101, 110, 99, 111, 100, 105, 110, 103]);
// identity
const IDENTITY = memory.data<u8>([105, 100, 101, 110, 116, 105, 116, 121]);
// json
const JSON = memory.data<u8>([106, 115, 111, 110]);
// source\0address
const SOURCE_ADDRESS = memory.data<u8>([115, 111, 117, 114, 99, 101, 0, 97, 100, 100, 114, 101, 115, 115]);
// connection\0uri_san_peer_certificate
const PEER_IDENTITY = memory.data<u8>([99, 111, 110, 110, 101, 99, 116, 105, 111, 110, 0, 117, 114, 105, 95, 115, 97, 110, 95, 112, 101, 101, 114, 95, 99, 101, 114, 116, 105, 102, 105, 99, 97, 116, 101]);

/** The document up to its body. */
export let head: u64 = 0;
/** How many bytes of a request's head say what its response is told, too. */
export let common_length: u32 = 0;
/** How the body that follows is to be read: `BODY_TEXT` or `BODY_JSON`; `BODY_HIDDEN` where it is compressed. */
export let body_form: u32 = 0;

export const BODY_TEXT: u32 = 0;
export const BODY_JSON: u32 = 1;
export const BODY_HIDDEN: u32 = 2;
/** Somebody could read it as JSON in a way that nobody here does: as a document it is malformed. */
export const BODY_UNREADABLE: u32 = 3;

/** The head of a request. `client_id`, `client_subject`: headers that somebody who checked them has set; empty for none. */
export function request_head(client_id: u64, client_subject: u64): void {
  const ip = without_port(property(SOURCE_ADDRESS, 14));
  const workload = property(PEER_IDENTITY, 35);
  const second = current_second();
  const time = second < 0 ? EMPTY : string_of_timestamp(timestamp_of_int(second));
  const headers = list_of(header_pairs(REQUEST_HEADERS));
  const id = size(client_id) == 0 ? EMPTY : joined(headers, client_id);
  const subject = size(client_subject) == 0 ? EMPTY : joined(headers, client_subject);
  out_begin();
  const start = out_length();
  out_text(METHOD, 10);
  out_any(joined(headers, text(OF_METHOD, 7)));
  out_text(PATH, 8);
  out_any(joined(headers, text(OF_PATH, 5)));
  out_text(HOST, 8);
  out_any(without_port(joined(headers, text(OF_AUTHORITY, 10))));
  out_text(CLIENT_IP, 16);
  out_any(ip);
  out_text(CLIENT_WORKLOAD, 12);
  out_any(workload);
  out_text(CLIENT_ID, 6);
  out_any(id);
  out_text(CLIENT_SUBJECT, 11);
  out_any(subject);
  if (second < 0) out_byte(0x7d);
  else {
    out_text(TIME, 9);
    out_string(time);
  }
  common_length = out_length() - start;
  out_headers(headers);
  body_form = form_of(headers);
  end_head();
}

/** The head of a response to the request that `common` tells. */
export function response_head(common: u64): void {
  const headers = list_of(header_pairs(RESPONSE_HEADERS));
  out_begin();
  out_text(at(common), size(common));
  out_text(STATUS, 10);
  const status = joined(headers, text(OF_STATUS, 7));
  out_text(at(status), size(status));
  out_headers(headers);
  body_form = form_of(headers);
  end_head();
}

function end_head(): void {
  const start = out_end();
  head = text(start, load<u32>(start - 4));
}

/** The whole document of a head and a body, which begins 8 bytes behind the head. An empty body is none. */
export function whole_document(start: u64, form: u32, body: u64): u64 {
  out_begin();
  out_text(at(start), size(start));
  if (size(body) > 0) {
    out_text(BODY, 8);
    if (form != BODY_JSON && form != BODY_UNREADABLE) out_any(body);
    else {
      out_text(at(body), size(body));
      // A body that is more than one value would add members to the document; a control character is JSON nowhere.
      if (form == BODY_UNREADABLE || !is_one_value(body)) out_byte(1);
    }
  }
  out_byte(0x7d);
  const document = out_end();
  return text(document, load<u32>(document - 4));
}

/**
 * How a body is read whose type says `form`: what is JSON is JSON whatever its type says, since a service may well read it so. The gateway
 * tells it in the same way (`runtime/src/gateway/body-kind.ts`).
 */
export function read_as(form: u32, body: u64): u32 {
  if (form != BODY_TEXT || size(body) == 0) return form;
  if (is_utf16(body)) return BODY_UNREADABLE;
  return is_json(body) ? BODY_JSON : BODY_TEXT;
}

/** A mark of the order of bytes, or a first character of ASCII in two bytes or four. */
function is_utf16(body: u64): bool {
  const first = byte_of(body, 0);
  const second = byte_of(body, 1);
  if ((first == 0xff && second == 0xfe) || (first == 0xfe && second == 0xff)) return true;
  if (begins_json(first) && second == 0) return true;
  return first == 0 && (begins_json(second) || begins_json(byte_of(body, 3)));
}

/** An object, an array or a string. What is too deep to be told is taken for JSON, which is malformed then. */
function is_json(body: u64): bool {
  const has_mark = byte_of(body, 0) == 0xef && byte_of(body, 1) == 0xbb && byte_of(body, 2) == 0xbf;
  let from: u32 = has_mark ? 3 : 0;
  while (is_space(byte_of(body, from))) from++;
  if (!begins_json(byte_of(body, from))) return false;
  return is_one_value(text(at(body) + from, size(body) - from)) || malformed == TOO_DEEP;
}

/** A byte; one that is nothing behind the end. */
function byte_of(bytes: u64, index: u32): u32 {
  return index < size(bytes) ? <u32>load<u8>(at(bytes) + index) : 1;
}

function is_space(byte: u32): bool {
  return byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d;
}

function begins_json(byte: u32): bool {
  return byte == 0x7b || byte == 0x5b || byte == 0x22;
}

/** Whether `bytes` are one JSON value. */
function is_one_value(bytes: u64): bool {
  const end = at(bytes) + size(bytes);
  clear_faults();
  guard(end);
  const behind = skip_value(past_space(at(bytes)), 0);
  const whole = behind != 0 && past_space(behind) == end;
  unguard(end);
  return whole;
}

/** Whether `bytes` are UTF-8; room behind them is written to. */
export function is_utf8(bytes: u64): bool {
  // Reading goes beyond the end, where it wants zeros.
  const copy = alloc(size(bytes) + 128);
  memory.copy(copy, at(bytes), size(bytes));
  memory.fill(copy + size(bytes), 0, 128);
  return document_is_utf8(copy, copy + size(bytes));
}

/** A JSON string of bytes that may be no UTF-8. */
function out_any(bytes: u64): void {
  const end = at(bytes) + size(bytes);
  out_byte(0x22);
  let p = at(bytes);
  while (p < end) {
    const from = p;
    while (p < end && load<u8>(p) < 0x80) p++;
    out_escaped(from, p);
    if (p == end) break;
    const length = character_length(p, end);
    if (length == 0) out_text(REPLACEMENT, 3);
    else out_text(p, length);
    p += max<u32>(length, 1);
  }
  out_byte(0x22);
}

/** Bytes of the character beyond ASCII at `p`; 0 where none is (Unicode 17, table 3-7). */
function character_length(p: usize, end: usize): u32 {
  const lead = <u32>load<u8>(p);
  const length: u32 = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  if (length == 0 || p + length > end) return 0;
  const second = <u32>load<u8>(p, 1);
  const least: u32 = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  const most: u32 = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  if (second < least || second > most) return 0;
  for (let i: u32 = 2; i < length; i++) if ((load<u8>(p + i) & 0xc0) != 0x80) return 0;
  return length;
}

/** `10.0.0.1:4711`, `[::1]:443`, `api.example:8443` → without the port and brackets. */
function without_port(address: u64): u64 {
  const start = at(address);
  const length = size(address);
  if (length > 0 && load<u8>(start) == 0x5b) {
    let end: u32 = 1;
    while (end < length && load<u8>(start + end) != 0x5d) end++;
    return text(start + 1, end - 1);
  }
  let colon = length;
  for (let i: u32 = 0; i < length; i++) {
    if (load<u8>(start + i) != 0x3a) continue;
    // An address of IPv6 without brackets has no port.
    if (colon != length) return address;
    colon = i;
  }
  return text(start, colon);
}

/** Serialised pairs → {u32 count}, then key (in small letters) and value of each as strings. */
function list_of(pairs: u64): usize {
  const start = at(pairs);
  const count: u32 = size(pairs) == 0 ? 0 : load<u32>(start);
  const list = alloc(8 + (<usize>count << 4));
  store<u32>(list, count);
  let place = start + 4 + (<usize>count << 3);
  for (let i: u32 = 0; i < count; i++) {
    const lengths = start + 4 + (<usize>i << 3);
    const entry = list + 8 + (<usize>i << 4);
    const key = load<u32>(lengths);
    store<u64>(entry, string_lower_ascii(text(place, key)));
    store<u64>(entry, text(place + key + 1, load<u32>(lengths, 4)), 8);
    place += key + load<u32>(lengths, 4) + 2;
  }
  return list;
}

/** The values of all headers with this name, joined as HTTP joins them (RFC 9110, 5.3; cookies RFC 9113, 8.2.3). */
function joined(list: usize, name: u64): u64 {
  let value = EMPTY;
  let found = false;
  const end = list + 8 + (<usize>load<u32>(list) << 4);
  for (let entry = list + 8; entry < end; entry += 16) {
    if (!string_equal(load<u64>(entry), name)) continue;
    const next = load<u64>(entry, 8);
    value = found ? string_concat(string_concat(value, joint(name)), next) : next;
    found = true;
  }
  return value;
}

function joint(name: u64): u64 {
  return string_equal(name, text(COOKIE, 6)) ? text(COOKIE_JOINT, 2) : text(JOINT, 2);
}

function out_headers(list: usize): void {
  out_text(HEADERS, 12);
  const start = list + 8;
  const end = start + (<usize>load<u32>(list) << 4);
  let first = true;
  for (let entry = start; entry < end; entry += 16) {
    const name = load<u64>(entry);
    if (size(name) == 0 || load<u8>(at(name)) == 0x3a || stands_before(start, entry)) continue;
    if (!first) out_byte(0x2c);
    first = false;
    const value = joined(list, name);
    out_any(name);
    out_byte(0x3a);
    out_any(value);
  }
  out_byte(0x7d);
}

/** Whether a header from `start` on has the name of the one at `entry`. */
function stands_before(start: usize, entry: usize): bool {
  for (let other = start; other < entry; other += 16) if (string_equal(load<u64>(other), load<u64>(entry))) return true;
  return false;
}

/** How the body behind these headers is to be read. */
function form_of(list: usize): u32 {
  const encoding = string_lower_ascii(joined(list, text(CONTENT_ENCODING, 16)));
  if (size(encoding) > 0 && !string_equal(encoding, text(IDENTITY, 8))) return BODY_HIDDEN;
  const type = string_lower_ascii(joined(list, text(CONTENT_TYPE, 12)));
  return string_contains(type, text(JSON, 4)) ? BODY_JSON : BODY_TEXT;
}
