// What is in quarantine, in memory and, where a file is given, in lines of JSON that are only ever appended to: `{"hold":…}` and
// `{"release":…}`. Whoever reads them in order knows what is held.
//
// INVARIANT: as the port's. The file is read before anything passes; one that cannot be understood is an error and not empty. Only
// its last line may be cut off, by a process that was killed while it wrote; nobody was told that it was durable.

import { closeSync, existsSync, fsync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

import { ok, problem, reasonOf, type Outcome } from '../load/problem.ts';
import { isObject } from '../load/read-json.ts';
import { writeAll } from '../telemetry/write-all.ts';
import type { Held, Quarantine } from './quarantine.ts';

/** In this process's memory: a restart forgets it. */
export function memoryQuarantine(): Quarantine {
  return quarantineOver(new Map(), { append: () => Promise.resolve(undefined), close: () => undefined });
}

/** In the file at `path`, which is made when it is not there. */
export function fileQuarantine(path: string): Outcome<Quarantine> {
  try {
    const held = existsSync(path) ? readHeld(readFileSync(path, 'utf8')) : new Map<string, Held>();
    if (held === undefined) return problem('corrupt', `\`${path}\` is no list of what is in quarantine`);
    // Written anew, so that it does not grow for ever and a line that was cut off is gone.
    writeFileSync(`${path}.new`, [...held.values()].map((one) => line({ hold: one })).join(''), { mode: 0o640 });
    renameSync(`${path}.new`, path);
    const descriptor = openSync(path, 'a');
    return ok(
      quarantineOver(held, {
        append: (entry) => append(descriptor, line(entry)),
        close: () => closeSync(descriptor),
      }),
    );
  } catch (error) {
    return problem('unreadable', `\`${path}\` cannot be used: ${reasonOf(error)}`);
  }
}

type Entry = { readonly hold: Held } | { readonly release: { readonly target: string; readonly by: string } };

interface Keeping {
  /** Resolves to a reason when it could not be kept. */
  readonly append: (entry: Entry) => Promise<string | undefined>;
  readonly close: () => void;
}

function quarantineOver(held: Map<string, Held>, keeping: Keeping): Quarantine {
  let fault: string | undefined;
  const keep = async (entry: Entry): Promise<string | undefined> => {
    fault = await keeping.append(entry);
    return fault;
  };
  return {
    isKnown: () => true,
    holds: (targets) => {
      if (held.size === 0) return undefined;
      for (const target of targets) {
        const found = held.get(target);
        if (found !== undefined) return found;
      }
      return undefined;
    },
    hold: (one) => {
      if (held.has(one.target)) return Promise.resolve(undefined);
      held.set(one.target, one);
      return keep({ hold: one });
    },
    release: async (target, by) => {
      if (!held.has(target)) return 'absent';
      // Durable first: what a restart would hold again is not let go.
      if ((await keep({ release: { target, by } })) !== undefined) return 'unavailable';
      held.delete(target);
      return 'released';
    },
    list: () => [...held.values()].toSorted((a, b) => a.since - b.since),
    problem: () => fault,
    close: () => Promise.resolve(keeping.close()),
  };
}

function line(entry: Entry): string {
  return `${JSON.stringify(entry)}\n`;
}

function append(descriptor: number, text: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    writeAll(descriptor, Buffer.from(text), (lost) => {
      if (lost) return resolve('what is held could not be written down');
      fsync(descriptor, (error) => resolve(error === null ? undefined : reasonOf(error)));
    });
  });
}

function readHeld(text: string): Map<string, Held> | undefined {
  const held = new Map<string, Held>();
  const lines = text.split('\n');
  lines.pop(); // behind the last line end: nothing, or what was cut off
  for (const each of lines) {
    const entry = readEntry(each);
    if (entry === undefined) return undefined;
    if ('hold' in entry) held.set(entry.hold.target, entry.hold);
    else held.delete(entry.release.target);
  }
  return held;
}

function readEntry(text: string): Entry | undefined {
  try {
    const entry: unknown = JSON.parse(text);
    if (!isObject(entry)) return undefined;
    const hold = readOne(entry['hold']);
    if (hold !== undefined) return { hold };
    const release = entry['release'];
    if (!isObject(release) || typeof release['target'] !== 'string') return undefined;
    return { release: { target: release['target'], by: String(release['by']) } };
  } catch {
    return undefined;
  }
}

/** One target as it was written down. */
export function readOne(value: unknown): Held | undefined {
  if (!isObject(value)) return undefined;
  const { target, rule, since } = value;
  if (typeof target !== 'string' || typeof rule !== 'string' || typeof since !== 'number') return undefined;
  return { target, rule, since };
}
