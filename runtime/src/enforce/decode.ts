// The text of a decision in a module's memory → the decision. Most requests get one of few texts: those are decoded once and the
// same frozen object is handed out again, so that a decision costs a comparison instead of a parse.
//
// INVARIANT: what is shared is frozen to its last leaf, and equal bytes give equal decisions. Bounded: one text per length.

import type { Decision } from '../contract/index.ts';
import { isDecision } from './failure.ts';
import type { DecisionText } from './instance.ts';

export type Decode = (text: DecisionText) => Decision;

interface Known {
  readonly bytes: DataView;
  /** Set when the text has come a second time. */
  decision: Decision | undefined;
}

const longestKept = 1024;

/** The text itself, for callers that pass it on. */
export function decisionText({ memory, start, length }: DecisionText): string {
  const text = memory.toString('utf8', start, start + length);
  if (!text.startsWith('{"version":1,"action":"')) throw new TypeError('its result is no decision');
  return text;
}

/** A decoder with its own memory of recent texts. */
export function createDecoder(): Decode {
  const knownByLength: (Known | undefined)[] = Array.from({ length: longestKept + 1 });
  return (text) => {
    const { memory, view, start, length } = text;
    if (length > longestKept) return parse(memory, start, length);
    const known = knownByLength[length];
    if (known === undefined || !sameBytes(known.bytes, view, start, length)) {
      knownByLength[length] = { bytes: new DataView(memory.buffer.slice(start, start + length)), decision: undefined };
      return parse(memory, start, length);
    }
    known.decision ??= freeze(parse(memory, start, length));
    return known.decision;
  };
}

/** A loop of our own while that is shorter than the way into the engine; a word at a time, wherever the text begins. */
function sameBytes(bytes: DataView, memory: DataView, start: number, length: number): boolean {
  const words = length & ~3;
  for (let at = 0; at < words; at += 4)
    if (bytes.getInt32(at, true) !== memory.getInt32(start + at, true)) return false;
  for (let at = words; at < length; at += 1) if (bytes.getUint8(at) !== memory.getUint8(start + at)) return false;
  return true;
}

function parse(memory: Buffer, start: number, length: number): Decision {
  const value: unknown = JSON.parse(memory.toString('utf8', start, start + length));
  if (!isDecision(value)) throw new TypeError('its result is no decision');
  return value;
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(freeze);
  return Object.freeze(value);
}
