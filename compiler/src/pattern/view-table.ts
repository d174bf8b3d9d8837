// The table of twins: what a character is read as in the normalised view. Compiled modules hold the same bytes, which
// kernel/view.ts reads.
// Little-endian: for each page of 256 code points up to U+1FFFF, and once behind them, u16 number of its first run; then the
// runs, 6 bytes each: u8 first, u8 last (within the page), u32 twin. A twin with bit 31 is up to four ASCII characters, 7 bits
// each, the first lowest, 0 ends them. Otherwise the low 21 bits are the code point of the run's first character, and bit 30
// says that the others' follow it one by one. Twin 0: not there; 1: a sign on the letter before it.
// INVARIANT: ASCII and what no run holds stands for itself.

import { viewTableBase64 } from './view-table.generated.ts';

const pages = 0x200;
const runsOffset = (pages + 1) * 2;

let bytes: Uint8Array | undefined;

/** The table as modules hold it. */
export function viewTable(): Uint8Array {
  return (bytes ??= Uint8Array.from(atob(viewTableBase64), (char) => char.charCodeAt(0)));
}

/** What a code point is read as: its twin's code points (often itself alone, none when it is not there), or a sign. */
export function twinOf(code: number): readonly number[] | 'mark' {
  if (code < 0x80 || code >= pages << 8) return [code];
  const table = viewTable();
  const view = new DataView(table.buffer);
  const end = view.getUint16((code >> 8) * 2 + 2, true);
  for (let run = view.getUint16((code >> 8) * 2, true); run < end; run++) {
    const at = runsOffset + run * 6;
    const first = table[at] ?? 0;
    if ((code & 0xff) < first || (code & 0xff) > (table[at + 1] ?? 0)) continue;
    const word = view.getUint32(at + 2, true);
    if (word === 0) return [];
    if (word === 1) return 'mark';
    if (word >= 0x80000000) return [0, 7, 14, 21].map((shift) => (word >>> shift) & 0x7f).filter((char) => char !== 0);
    return [(word & 0x1fffff) + (word >>> 30 === 1 ? (code & 0xff) - first : 0)];
  }
  return [code];
}
