// The policy as a filter of a proxy: proxy-wasm 0.2.1's callbacks over `decide`. A plugin's configuration names the entrypoints:
// `{"request": "shop/checkout/Checkout/request", "response": …, "client": {"id": "x-client-id", "subject": …}, "data": {…}}`.
//
// A request with a body is held until all of it is there. Its headers are on their way by then, as hosts let a filter see a body only
// so; a refusal still is the answer that the client gets. Of a response that has begun the status stays, and a refusal takes the
// place of its body; with `"hold_headers": true`, for hosts that let headers wait, status and body.
// INVARIANT: an exchange whose plugin has no configuration, whose body is compressed, or that cannot be decided on is refused.

import { opa_json_parse } from './abi';
import { abort_with, alloc } from './heap';
import { out_begin, out_end, out_text } from './ops-json';
import { EMPTY, TAG_BOOL, TAG_MAP, TAG_STRING, at, size, tag, text } from './ops-value';
import { BODY_HIDDEN, BODY_TEXT, body_form, common_length, head, read_as, request_head, response_head, whole_document } from './proxy-exchange';
import {
  CONTINUE,
  PAUSE,
  PLUGIN_CONFIGURATION,
  REQUEST_BODY,
  REQUEST_HEADERS,
  RESPONSE_BODY,
  RESPONSE_HEADERS,
  buffer_bytes,
  log_critical,
  remove_header,
  replace_buffer,
} from './proxy-host';
import { add_context, begin_callback, find_context, keep_heap, keep_text, kept_text, release, remove_context } from './proxy-store';
import { CHANGES, PASSES, REFUSED, judge, member_value, new_body, refusal_body, refuse, send_refusal, text_member } from './proxy-verdict';

@external("rdp", "decide")
declare function decide(entrypoint: i32, data: usize, input: usize, length: u32): usize;
@external("rdp", "entrypoints")
declare function entrypoint_names(): usize;

// request
const REQUEST = memory.data<u8>([114, 101, 113, 117, 101, 115, 116]);
// response
const RESPONSE = memory.data<u8>([114, 101, 115, 112, 111, 110, 115, 101]);
// client
const CLIENT = memory.data<u8>([99, 108, 105, 101, 110, 116]);
// id
const ID = memory.data<u8>([105, 100]);
// subject
const SUBJECT = memory.data<u8>([115, 117, 98, 106, 101, 99, 116]);
// data
const DATA = memory.data<u8>([100, 97, 116, 97]);
// hold_headers
const HOLD_HEADERS = memory.data<u8>([104, 111, 108, 100, 95, 104, 101, 97, 100, 101, 114, 115]);
// content-length
const CONTENT_LENGTH = memory.data<u8>([99, 111, 110, 116, 101, 110, 116, 45, 108, 101, 110, 103, 116, 104]);
// accept-encoding
const ACCEPT_ENCODING = memory.data<u8>([97, 99, 99, 101, 112, 116, 45, 101, 110, 99, 111, 100, 105, 110, 103]);
// rdp: the configuration of the plugin is no JSON object that names entrypoints of the policy
const NO_CONFIGURATION = memory.data<u8>([114, 100, 112, 58, 32, 116, 104, 101, 32, 99, 111, 110, 102, 105, 103, 117, 114, 97, 116, 105, 111, 110, 32, 111, 102, 32, 116, 104, 101, 32, 112, 108, 117, 103, 105, 110, 32, 105, 115, 32, 110, 111, 32, 74, 83, 79, 78, 32, 111, 98, 106, 101, 99, 116, 32, 116, 104, 97, 116, 32, 110, 97, 109, 101, 115, 32, 101, 110, 116, 114, 121, 112, 111, 105, 110, 116, 115, 32, 111, 102, 32, 116, 104, 101, 32, 112, 111, 108, 105, 99, 121]);
// the policy is not ready
const NOT_READY = memory.data<u8>([116, 104, 101, 32, 112, 111, 108, 105, 99, 121, 32, 105, 115, 32, 110, 111, 116, 32, 114, 101, 97, 100, 121]);
// a compressed body cannot be checked here
const COMPRESSED = memory.data<u8>([97, 32, 99, 111, 109, 112, 114, 101, 115, 115, 101, 100, 32, 98, 111, 100, 121, 32, 99, 97, 110, 110, 111, 116, 32, 98, 101, 32, 99, 104, 101, 99, 107, 101, 100, 32, 104, 101, 114, 101]);
// the body could not be replaced
const NOT_REPLACED = memory.data<u8>([116, 104, 101, 32, 98, 111, 100, 121, 32, 99, 111, 117, 108, 100, 32, 110, 111, 116, 32, 98, 101, 32, 114, 101, 112, 108, 97, 99, 101, 100, 0]);

// A configuration: {i32 request, i32 response, u32 data, u32 holds headers, u64 client id, u64 client subject}.
const NO_ENTRYPOINT: i32 = -1;

// Of a context (proxy-store.ts): where what is kept of it stands.
const CONFIGURATION: usize = 4;
const REQUEST_BLOCK: usize = 8;
const RESPONSE_BLOCK: usize = 12;
const REQUEST_FORM: usize = 16;
const RESPONSE_FORM: usize = 20;
/** Bytes of the request's head that its response is told. */
const COMMON: usize = 24;
/** `DECIDED_REQUEST`, `DECIDED_RESPONSE`. */
const FLAGS: usize = 28;
const DECIDED_REQUEST: u32 = 1;
const DECIDED_RESPONSE: u32 = 2;

export function proxy_abi_version_0_2_1(): void {}

export function proxy_on_memory_allocate(length: usize): usize {
  return alloc(length + 8);
}

export function _initialize(): void {}

export function proxy_on_vm_start(context: u32, size: u32): i32 {
  return 1;
}

export function proxy_on_context_create(context: u32, parent: u32): void {
  begin_callback();
  const created = add_context(context);
  const root: usize = parent == 0 ? 0 : find_context(parent);
  if (root != 0) store<u32>(created, load<u32>(root, CONFIGURATION), CONFIGURATION);
}

export function proxy_on_configure(context: u32, length: u32): i32 {
  begin_callback();
  const root = find_context(context);
  const given = buffer_bytes(PLUGIN_CONFIGURATION);
  const value: usize = size(given) == 0 ? 0 : opa_json_parse(at(given), size(given));
  const configuration: usize = value == 0 || tag(value) != TAG_MAP ? 0 : configure(value);
  if (root == 0 || configuration == 0) {
    log_critical(NO_CONFIGURATION, 91);
    return 0;
  }
  store<u32>(root, <u32>configuration, CONFIGURATION);
  keep_heap();
  return 1;
}

/** The configuration that a JSON object says, or 0 when it names nothing that the policy has. */
function configure(value: usize): usize {
  const names = entrypoint_names();
  const known = opa_json_parse(names, load<u32>(names - 4));
  const request = entrypoint_of(known, value, text(REQUEST, 7));
  const response = entrypoint_of(known, value, text(RESPONSE, 8));
  if (request < NO_ENTRYPOINT || response < NO_ENTRYPOINT || (request & response) == NO_ENTRYPOINT) return 0;
  const configuration = alloc(32);
  const holds = member_value(value, text(HOLD_HEADERS, 12));
  const client = member_value(value, text(CLIENT, 6));
  const known_client = client != 0 && tag(client) == TAG_MAP;
  store<i32>(configuration, request);
  store<i32>(configuration, response, 4);
  store<u32>(configuration, <u32>member_value(value, text(DATA, 4)), 8);
  store<u32>(configuration, holds != 0 && tag(holds) == TAG_BOOL ? load<u32>(holds, 8) : 0, 12);
  store<u64>(configuration, known_client ? text_member(client, text(ID, 2)) : EMPTY, 16);
  store<u64>(configuration, known_client ? text_member(client, text(SUBJECT, 7)) : EMPTY, 24);
  return configuration;
}

/** The id of the entrypoint that `value` names at `key`; -1 where it names none, -2 where the policy has no such. */
function entrypoint_of(known: usize, value: usize, key: u64): i32 {
  const name = member_value(value, key);
  if (name == 0) return NO_ENTRYPOINT;
  const id: usize = tag(name) == TAG_STRING ? member_value(known, load<u64>(name, 8)) : 0;
  return id == 0 ? NO_ENTRYPOINT - 1 : <i32>load<u64>(id, 8);
}

export function proxy_on_request_headers(context: u32, count: u32, end_of_stream: u32): i32 {
  begin_callback();
  const stream = find_context(context);
  const configuration : usize = stream == 0 ? 0 : <usize>load<u32>(stream, CONFIGURATION);
  if (configuration == 0) return turn_away(stream, 500, text(NOT_READY, 23));
  request_head(load<u64>(configuration, 16), load<u64>(configuration, 24));
  store<u32>(stream, body_form, REQUEST_FORM);
  store<u32>(stream, common_length, COMMON);
  // What the service compresses cannot be read; so it is not asked to.
  if (load<i32>(configuration, 4) != NO_ENTRYPOINT) remove_header(REQUEST_HEADERS, ACCEPT_ENCODING, 15);
  store<u32>(stream, <u32>keep_text(head), REQUEST_BLOCK);
  if (load<i32>(configuration) == NO_ENTRYPOINT) return CONTINUE;
  if (end_of_stream != 0) return settle_request(stream, EMPTY);
  if (body_form == BODY_HIDDEN) return turn_away(stream, 415, text(COMPRESSED, 40));
  // A redacted body has another length.
  remove_header(REQUEST_HEADERS, CONTENT_LENGTH, 14);
  return load<u32>(configuration, 12) != 0 ? PAUSE : CONTINUE;
}

export function proxy_on_request_body(context: u32, length: u32, end_of_stream: u32): i32 {
  const stream = find_context(context);
  if (stream == 0 || !waits(stream, 0, DECIDED_REQUEST)) return CONTINUE;
  if (end_of_stream == 0) return PAUSE;
  begin_callback();
  return settle_request(stream, buffer_bytes(REQUEST_BODY));
}

export function proxy_on_request_trailers(context: u32, count: u32): i32 {
  const stream = find_context(context);
  if (stream == 0 || !waits(stream, 0, DECIDED_REQUEST)) return CONTINUE;
  begin_callback();
  return settle_request(stream, buffer_bytes(REQUEST_BODY));
}

export function proxy_on_response_headers(context: u32, count: u32, end_of_stream: u32): i32 {
  const stream = find_context(context);
  if (stream == 0 || !waits(stream, 4, DECIDED_RESPONSE)) return CONTINUE;
  begin_callback();
  const request = kept_text(load<u32>(stream, REQUEST_BLOCK));
  response_head(text(at(request), load<u32>(stream, COMMON)));
  store<u32>(stream, body_form, RESPONSE_FORM);
  store<u32>(stream, <u32>keep_text(head), RESPONSE_BLOCK);
  if (end_of_stream != 0) return settle_response(stream, EMPTY, true);
  if (body_form == BODY_HIDDEN) return turn_away(stream, 502, text(COMPRESSED, 40));
  remove_header(RESPONSE_HEADERS, CONTENT_LENGTH, 14);
  return load<u32>(load<u32>(stream, CONFIGURATION), 12) != 0 ? PAUSE : CONTINUE;
}

export function proxy_on_response_body(context: u32, length: u32, end_of_stream: u32): i32 {
  const stream = find_context(context);
  if (stream == 0 || !waits(stream, 4, DECIDED_RESPONSE)) return CONTINUE;
  if (end_of_stream == 0) return PAUSE;
  begin_callback();
  return settle_response(stream, buffer_bytes(RESPONSE_BODY), false);
}

export function proxy_on_response_trailers(context: u32, count: u32): i32 {
  const stream = find_context(context);
  if (stream == 0 || !waits(stream, 4, DECIDED_RESPONSE)) return CONTINUE;
  begin_callback();
  return settle_response(stream, buffer_bytes(RESPONSE_BODY), false);
}

export function proxy_on_done(context: u32): i32 {
  return 1;
}

export function proxy_on_log(context: u32): void {}

export function proxy_on_delete(context: u32): void {
  const ended = find_context(context);
  if (ended == 0) return;
  release(load<u32>(ended, REQUEST_BLOCK));
  release(load<u32>(ended, RESPONSE_BLOCK));
  remove_context(ended);
}

/** Whether the stream's configuration has an entrypoint for this side, which nothing has been decided for. */
function waits(stream: usize, side: usize, decided: u32): bool {
  const configuration = <usize>load<u32>(stream, CONFIGURATION);
  if (configuration == 0 || (load<u32>(stream, FLAGS) & decided) != 0) return false;
  return load<i32>(configuration + side) != NO_ENTRYPOINT;
}

function settle_request(stream: usize, body: u64): i32 {
  const verdict = settle(stream, 0, DECIDED_REQUEST, body);
  if (verdict == PASSES) return CONTINUE;
  if (verdict == CHANGES && replace_buffer(REQUEST_BODY, size(body), new_body)) return CONTINUE;
  if (verdict == CHANGES) refuse(500, text(NOT_REPLACED, 30));
  return answer_refusal(stream);
}

function settle_response(stream: usize, body: u64, headers_wait: bool): i32 {
  const verdict = settle(stream, 4, DECIDED_RESPONSE, body);
  if (verdict == PASSES) return CONTINUE;
  if (verdict == CHANGES && replace_buffer(RESPONSE_BODY, size(body), new_body)) return CONTINUE;
  if (verdict == CHANGES) refuse(500, text(NOT_REPLACED, 30));
  if (headers_wait || load<u32>(load<u32>(stream, CONFIGURATION), 12) != 0) return answer_refusal(stream);
  // A body that can be neither let through nor replaced ends the run, and the host ends the stream.
  if (!replace_buffer(RESPONSE_BODY, size(body), refusal_body)) abort_with(NOT_REPLACED);
  return CONTINUE;
}

/** Decides on one side of an exchange. */
function settle(stream: usize, side: usize, decided: u32, body: u64): u32 {
  store<u32>(stream, load<u32>(stream, FLAGS) | decided, FLAGS);
  const configuration = <usize>load<u32>(stream, CONFIGURATION);
  const start = kept_text(load<u32>(stream + (side == 0 ? REQUEST_BLOCK : RESPONSE_BLOCK)));
  const form = read_as(load<u32>(stream + (side == 0 ? REQUEST_FORM : RESPONSE_FORM)), body);
  const document = whole_document(start, form, body);
  const data = <usize>load<u32>(configuration, 8);
  const decision = decide(load<i32>(configuration + side), data, at(document), size(document));
  return judge(decision, document, size(start) + 8, form == BODY_TEXT ? body : EMPTY);
}

/** Refuses before there is anything to decide on. `stream` may be 0. */
function turn_away(stream: usize, status: u32, message: u64): i32 {
  refuse(status, message);
  return answer_refusal(stream);
}

/** Answers with the refusal, which is no response that anything is decided on. */
function answer_refusal(stream: usize): i32 {
  if (stream != 0) store<u32>(stream, DECIDED_REQUEST | DECIDED_RESPONSE, FLAGS);
  send_refusal();
  return PAUSE;
}
