// A text → its words, as a classifier sees them: runs of Latin letters and digits, every other sign and letter on its own, so
// that n-grams of words are n-grams of letters in other scripts, some of which know no blanks. ASCII letters lose their case;
// characters that nobody sees take no part.
// INVARIANT: compiler/kernel/ops-classify.ts cuts and hashes bit for bit the same.

/** One word: where it stands in the UTF-8 bytes of the text, and its hash. */
export interface Word {
  readonly start: number;
  readonly end: number;
  /** 32 bits. */
  readonly hash: number;
}

const basis = 0x811c9dc5;
const prime = 0x01000193;

/** What a code point beyond ASCII is in a text: part of a word, a word, a gap, or as if it were not there. */
export type WideKind = 'letter' | 'alone' | 'gap' | 'unseen';

/** The kind of a code point of at least 128. Ranges are blocks of Unicode 17 (Blocks.txt), coarse on purpose. */
export function wideKind(point: number): WideKind {
  // Soft hyphen, zero-width characters, bidi controls, invisible operators, variation selectors, tags.
  if (point === 0xad || (point >= 0x200b && point <= 0x200f) || (point >= 0x202a && point <= 0x202e)) return 'unseen';
  if ((point >= 0x2060 && point <= 0x206f) || (point >= 0xfe00 && point <= 0xfe0f) || point === 0xfeff) return 'unseen';
  if (point >= 0xe0000 && point <= 0xe0fff) return 'unseen';
  if (point <= 0xa0 || (point >= 0x2000 && point <= 0x200a) || point === 0x2028 || point === 0x2029) return 'gap';
  if (point === 0x202f || point === 0x205f || point === 0x3000) return 'gap';
  if (point < 0xc0 || point === 0xd7 || point === 0xf7) return 'alone';
  // Combining marks; then Latin letters, which make words. Of every other script a letter is one.
  if (point >= 0x300 && point < 0x370) return 'unseen';
  return point < 0x370 || (point >= 0x1e00 && point <= 0x1eff) ? 'letter' : 'alone';
}

const utf8 = new TextEncoder();

/** The words of `text`, in order. */
export function wordsOf(text: string): readonly Word[] {
  const bytes = utf8.encode(text);
  const words: Word[] = [];
  let start = -1;
  let hash = basis;
  const end = (at: number): void => {
    if (start >= 0) words.push({ start, end: at, hash: hash >>> 0 });
    start = -1;
    hash = basis;
  };
  const take = (from: number, to: number): void => {
    if (start < 0) start = from;
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ lower(bytes[i] ?? 0), prime);
  };
  for (let at = 0; at < bytes.length;) {
    const lead = bytes[at] ?? 0;
    const next = at + (lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4);
    const kind = lead < 0x80 ? narrowKind(lead) : wideKind(pointAt(bytes, at));
    if (kind === 'gap' || kind === 'alone') end(at);
    if (kind === 'letter' || kind === 'alone') take(at, next);
    if (kind === 'alone') end(next);
    at = next;
  }
  end(bytes.length);
  return words;
}

function narrowKind(byte: number): WideKind {
  if (byte <= 0x20 || byte === 0x7f) return 'gap';
  return (byte >= 0x30 && byte <= 0x39) || (lower(byte) >= 0x61 && lower(byte) <= 0x7a) ? 'letter' : 'alone';
}

const lower = (byte: number): number => (byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte);

/** The code point of at least two bytes that begins at `at`. */
function pointAt(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  const rest = (offset: number): number => (bytes[at + offset] ?? 0) & 0x3f;
  if (lead < 0xe0) return ((lead & 0x1f) << 6) | rest(1);
  if (lead < 0xf0) return ((lead & 0x0f) << 12) | (rest(1) << 6) | rest(2);
  return ((lead & 0x07) << 18) | (rest(1) << 12) | (rest(2) << 6) | rest(3);
}
