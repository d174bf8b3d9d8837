// A decision's text → what a proxy does about an exchange: lets it pass, answers in its place, or puts another body in. Whatever the
// proxy cannot do (wait for a person, keep somebody out from now on, edit what is no body) refuses the exchange.
// INVARIANT: what a decision says is done in full, or the exchange is refused.

import { alloc } from './heap';
import { member, opa_json_parse } from './abi';
import { out_begin, out_byte, out_end, out_string, out_text } from './ops-json';
import { string_equal } from './ops-text';
import { EMPTY, TAG_STRING, at, size, tag, text } from './ops-value';
import { is_utf8 } from './proxy-exchange';
import { answer, log_info } from './proxy-host';

// action
const ACTION = memory.data<u8>([97, 99, 116, 105, 111, 110]);
// status
const STATUS = memory.data<u8>([115, 116, 97, 116, 117, 115]);
// message
const MESSAGE = memory.data<u8>([109, 101, 115, 115, 97, 103, 101]);
// edits
const EDITS = memory.data<u8>([101, 100, 105, 116, 115]);
// bytes
const BYTES = memory.data<u8>([98, 121, 116, 101, 115]);
// text
const TEXT = memory.data<u8>([116, 101, 120, 116]);
// block
const BLOCK = memory.data<u8>([98, 108, 111, 99, 107]);
// approve
const APPROVE = memory.data<u8>([97, 112, 112, 114, 111, 118, 101]);
// quarantine
const QUARANTINE = memory.data<u8>([113, 117, 97, 114, 97, 110, 116, 105, 110, 101]);
// stopped by policy
const DEFAULT_MESSAGE = memory.data<u8>([115, 116, 111, 112, 112, 101, 100, 32, 98, 121, 32, 112, 111, 108, 105, 99, 121]);
// rdp_decision 
const LOG_HEAD = memory.data<u8>([114, 100, 112, 95, 100, 101, 99, 105, 115, 105, 111, 110, 32]);
// {"error":{"message":
const ERROR_HEAD = memory.data<u8>([123, 34, 101, 114, 114, 111, 114, 34, 58, 123, 34, 109, 101, 115, 115, 97, 103, 101, 34, 58]);
// what has to be edited stands in no body
const NO_EDIT = memory.data<u8>([119, 104, 97, 116, 32, 104, 97, 115, 32, 116, 111, 32, 98, 101, 32, 101, 100, 105, 116, 101, 100, 32, 115, 116, 97, 110, 100, 115, 32, 105, 110, 32, 110, 111, 32, 98, 111, 100, 121]);
// rdp_policy
const DETAILS = memory.data<u8>([114, 100, 112, 95, 112, 111, 108, 105, 99, 121]);
// {"version":1,"action":"allow"}
const PASS = memory.data<u8>([123, 34, 118, 101, 114, 115, 105, 111, 110, 34, 58, 49, 44, 34, 97, 99, 116, 105, 111, 110, 34, 58, 34, 97, 108, 108, 111, 119, 34, 125]);
// content-type
const CONTENT_TYPE = memory.data<u8>([99, 111, 110, 116, 101, 110, 116, 45, 116, 121, 112, 101]);
// application/json
const JSON_TYPE = memory.data<u8>([97, 112, 112, 108, 105, 99, 97, 116, 105, 111, 110, 47, 106, 115, 111, 110]);

/** An exchange goes on as it is. */
export const PASSES: u32 = 0;
/** It goes on with `new_body` in place of its body. */
export const CHANGES: u32 = 1;
/** It does not go on: `refusal_status` and `refusal_body` say why. */
export const REFUSED: u32 = 2;

export let new_body: u64 = 0;
export let refusal_status: u32 = 0;
export let refusal_body: u64 = 0;

/**
 * What becomes of an exchange. `document` is what was decided on, with the body from `body_offset` on; `body` is the body as it came,
 * when it went in as text, and empty when it went in as it came. The decision goes to the log, unless it is a plain allow.
 */
export function judge(decision: usize, document: u64, body_offset: u32, body: u64): u32 {
  const said = text(decision, load<u32>(decision - 4));
  if (string_equal(said, text(PASS, 30))) return PASSES;
  log_decision(said);
  const value = opa_json_parse(at(said), size(said));
  const action = text_member(value, text(ACTION, 6));
  if (string_equal(action, text(BLOCK, 5)) || string_equal(action, text(APPROVE, 7)) || string_equal(action, text(QUARANTINE, 10))) {
    const message = text_member(value, text(MESSAGE, 7));
    const status = member_value(value, text(STATUS, 6));
    return refuse(status == 0 ? 403 : <u32>load<u64>(status, 8), size(message) == 0 ? text(DEFAULT_MESSAGE, 17) : message);
  }
  const edits = member_value(value, text(EDITS, 5));
  if (edits == 0) return PASSES;
  return apply(edits, document, body_offset, body) ? CHANGES : refuse(403, text(NO_EDIT, 39));
}

/** Makes the answer of an exchange that does not go on. */
export function refuse(status: u32, message: u64): u32 {
  refusal_status = status;
  out_begin();
  out_text(ERROR_HEAD, 20);
  out_string(message);
  out_byte(0x7d);
  out_byte(0x7d);
  const start = out_end();
  refusal_body = text(start, load<u32>(start - 4));
  return REFUSED;
}

/** Answers with the refusal in place of whoever the exchange goes to. */
export function send_refusal(): void {
  // One header: its count, its lengths, the texts with a NUL behind each.
  const headers = alloc(12 + 12 + 1 + 16 + 1);
  store<u32>(headers, 1);
  store<u32>(headers, 12, 4);
  store<u32>(headers, 16, 8);
  memory.copy(headers + 12, CONTENT_TYPE, 12);
  store<u8>(headers, 0, 24);
  memory.copy(headers + 25, JSON_TYPE, 16);
  store<u8>(headers, 0, 41);
  answer(refusal_status, text(DETAILS, 10), refusal_body, text(headers, 42));
}

/** One line for whoever reads the log; a decision has no text that it protects. */
function log_decision(said: u64): void {
  const line = alloc(13 + size(said));
  memory.copy(line, LOG_HEAD, 13);
  memory.copy(line + 13, at(said), size(said));
  log_info(text(line, 13 + size(said)));
}

/** Puts the edits into the body; false when one lies elsewhere. `bytes` of edits are in order and do not overlap. */
function apply(edits: usize, document: u64, body_offset: u32, body: u64): bool {
  // What is no text cannot be written back as it was.
  if (size(body) > 0 && !is_utf8(body)) return false;
  const list = <usize>load<u32>(edits, 8);
  const count = load<u32>(list);
  const last = size(document) - 1;
  let from = body_offset;
  out_begin();
  for (let i: u32 = 0; i < count; i++) {
    const edit = <usize>load<u32>(<usize>load<u32>(list, 4) + (<usize>i << 3));
    const bytes = <usize>load<u32>(member_value(edit, text(BYTES, 5)), 8);
    const slots = <usize>load<u32>(bytes, 4);
    const start = <u32>load<u64>(<usize>load<u32>(slots), 8);
    const end = <u32>load<u64>(<usize>load<u32>(slots, 8), 8);
    if (start < from || end < start || end > last) return false;
    out_text(at(document) + from, start - from);
    const by = text_member(edit, text(TEXT, 4));
    out_text(at(by), size(by));
    from = end;
  }
  out_text(at(document) + from, last - from);
  const start = out_end();
  new_body = text(start, load<u32>(start - 4));
  if (size(body) > 0) new_body = load<u64>(opa_json_parse(start, size(new_body)), 8);
  return true;
}

/** The value of a member of an object, or 0. */
export function member_value(value: usize, key: u64): usize {
  const slot = member(value, key);
  return slot == 0 ? 0 : <usize>load<u32>(slot);
}

/** The text of a member, empty where there is none. */
export function text_member(value: usize, key: u64): u64 {
  const found = member_value(value, key);
  return found == 0 || tag(found) != TAG_STRING ? EMPTY : load<u64>(found, 8);
}
