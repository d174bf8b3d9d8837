// What who types waits for: from a keystroke to the diagnostics that it changes, and to a completion, over standard input and
// output with the server in a process of its own; and whether its memory stays flat. Keystrokes fall anywhere in the policy;
// each spells a name another way, so that each changes what is said.

import { largePolicy } from '../editor/large-policy.ts';
import { startTyping, type Typist } from '../editor/typist.ts';
import type { Sized } from '../sizes.ts';

const goal = 17;

/** Measures all of goal 17, and hands each row out as it is known. */
export async function measureEditor(add: (row: Sized) => void): Promise<void> {
  const row = (name: string, value: number, unit: string, atMost: number): void => {
    add({ goal, name, value, unit, atMost, met: value <= atMost });
  };
  for (const [lines, edits, atMost] of [
    [5_000, 400, 15],
    [50_000, 200, 50],
  ] as const) {
    const text = largePolicy(lines);
    const places = placesIn(text);
    const typist = await startTyping(text);
    // Code that runs for the first time is not what one waits for all day.
    for (let i = 0; i < 50; i++) await typeAndErase(typist, places, i * 7919);
    const times: number[] = [];
    const before = await typist.cost('cost');
    for (let i = 0; i < edits / 2; i++) times.push(...(await typeAndErase(typist, places, i * 104_729)));
    const after = await typist.cost('cost');
    row(`keystroke → diagnostics, p50, ${lines} lines`, percentile(times, 0.5), 'ms', atMost);
    row(`keystroke → diagnostics, p95, ${lines} lines`, percentile(times, 0.95), 'ms', atMost);
    const processor = (after.processor - before.processor) / edits;
    row(`keystroke, processor time of the server, mean, ${lines} lines`, processor, 'ms', atMost);
    if (lines === 5_000) {
      const waits: number[] = [];
      for (let i = 0; i < 120; i++) {
        await typeAndErase(typist, places, i * 15_485_863);
        const waited = await typist.complete(places[(i * 31) % places.length] ?? 0);
        if (i >= 20) waits.push(waited);
      }
      row('completion after an edit, p95, 5000 lines', percentile(waits, 0.95), 'ms', 30);
    }
    typist.end();
  }
  await measureMemory(row);
}

/** A smaller policy, so that the edits do not take the day. */
async function measureMemory(row: (name: string, value: number, unit: string, atMost: number) => void): Promise<void> {
  const text = largePolicy(500);
  const places = placesIn(text);
  const typist = await startTyping(text);
  const type = async (from: number, to: number): Promise<void> => {
    for (let i = from; i < to; i += 2) await typeAndErase(typist, places, i * 32_452_843);
  };
  await type(0, 1_000);
  const before = await typist.cost('cost and live memory');
  await type(1_000, 11_000);
  const after = await typist.cost('cost and live memory');
  typist.end();
  row('live memory after 11,000 edits, against after 1,000', after.live / before.live, '×', 1.1);
  row('memory of the process after 11,000 edits, against after 1,000', after.resident / before.resident, '×', 1.2);
}

async function typeAndErase(typist: Typist, places: readonly number[], draw: number): Promise<readonly number[]> {
  const place = places[draw % places.length] ?? 0;
  return [await typist.type(place), await typist.erase(place)];
}

/** Behind names in conditions, spread over the whole text. */
function placesIn(text: string): readonly number[] {
  return [...text.matchAll(/client\.workload|destination\.host|path\.template/g)].map(
    ({ index, 0: name }) => index + name.length,
  );
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? 0;
}
