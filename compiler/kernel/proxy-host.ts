// What a proxy-wasm host is asked for: ABI 0.2.1's calls that the filter makes, and its numbers. A call answers 0 when it could do
// what was asked; what it gives is put where `proxy_on_memory_allocate` says, which is the heap.
// Source: proxy-wasm/spec abi-versions/v0.2.1; proxy-wasm-cpp-host for what hosts do.

import { alloc } from './heap';
import { EMPTY, text } from './ops-value';

@external("env", "proxy_log")
declare function proxy_log(level: i32, message: usize, size: u32): i32;
@external("env", "proxy_get_buffer_bytes")
declare function proxy_get_buffer_bytes(buffer: i32, start: u32, size: u32, address: usize, length: usize): i32;
@external("env", "proxy_set_buffer_bytes")
declare function proxy_set_buffer_bytes(buffer: i32, start: u32, size: u32, address: usize, length: u32): i32;
@external("env", "proxy_get_header_map_pairs")
declare function proxy_get_header_map_pairs(map: i32, address: usize, length: usize): i32;
@external("env", "proxy_remove_header_map_value")
declare function proxy_remove_header_map_value(map: i32, key: usize, key_length: u32): i32;
@external("env", "proxy_get_property")
declare function proxy_get_property(path: usize, path_length: u32, address: usize, length: usize): i32;
@external("env", "proxy_get_current_time_nanoseconds")
declare function proxy_get_current_time_nanoseconds(result: usize): i32;
@external("env", "proxy_send_local_response")
declare function proxy_send_local_response(
  status: u32,
  details: usize,
  details_length: u32,
  body: usize,
  body_length: u32,
  headers: usize,
  headers_length: u32,
  grpc_status: i32,
): i32;

export const CONTINUE: i32 = 0;
export const PAUSE: i32 = 1;

export const REQUEST_BODY: i32 = 0;
export const RESPONSE_BODY: i32 = 1;
export const PLUGIN_CONFIGURATION: i32 = 7;

export const REQUEST_HEADERS: i32 = 0;
export const RESPONSE_HEADERS: i32 = 2;

const INFO: i32 = 2;
const CRITICAL: i32 = 5;

/** Everything of a buffer; empty where there is none. */
export function buffer_bytes(buffer: i32): u64 {
  const given = alloc(8);
  store<u64>(given, 0);
  const status = proxy_get_buffer_bytes(buffer, 0, 0x7fffffff, given, given + 4);
  return status != 0 || load<u32>(given) == 0 ? EMPTY : text(load<u32>(given), load<u32>(given, 4));
}

/** Puts `bytes` in place of a whole buffer of `length` bytes; whether that was done. */
export function replace_buffer(buffer: i32, length: u32, bytes: u64): bool {
  return proxy_set_buffer_bytes(buffer, 0, length, <usize>(bytes >> 32), <u32>bytes) == 0;
}

/** Headers as they are serialised: u32 count, then lengths of key and value of each, then each with a NUL behind; empty without. */
export function header_pairs(map: i32): u64 {
  const given = alloc(8);
  store<u64>(given, 0);
  const status = proxy_get_header_map_pairs(map, given, given + 4);
  return status != 0 || load<u32>(given) == 0 ? EMPTY : text(load<u32>(given), load<u32>(given, 4));
}

export function remove_header(map: i32, key: usize, length: u32): void {
  proxy_remove_header_map_value(map, key, length);
}

/** An attribute; its path has a NUL between its parts. Empty where the host knows none. */
export function property(path: usize, length: u32): u64 {
  const given = alloc(8);
  store<u64>(given, 0);
  const status = proxy_get_property(path, length, given, given + 4);
  return status != 0 || load<u32>(given) == 0 ? EMPTY : text(load<u32>(given), load<u32>(given, 4));
}

/** Seconds since 1970; -1 where the host has no clock. */
export function current_second(): i64 {
  const given = alloc(8);
  return proxy_get_current_time_nanoseconds(given) != 0 ? -1 : <i64>(load<u64>(given) / 1_000_000_000);
}

/** Answers in place of whoever the exchange goes to. `headers` are serialised. */
export function answer(status: u32, details: u64, body: u64, headers: u64): void {
  proxy_send_local_response(
    status,
    <usize>(details >> 32),
    <u32>details,
    <usize>(body >> 32),
    <u32>body,
    <usize>(headers >> 32),
    <u32>headers,
    -1,
  );
}

export function log_info(message: u64): void {
  proxy_log(INFO, <usize>(message >> 32), <u32>message);
}

export function log_critical(message: usize, length: u32): void {
  proxy_log(CRITICAL, message, length);
}

/** What `abort_with` says, in the host's log; the run ends behind it. */
export function log_abort(message: usize): void {
  let length: u32 = 0;
  while (load<u8>(message + length) != 0) length++;
  log_critical(message, length);
}
