// The settings of a session by folder: those of `initializationOptions`, under what the client answers when it is asked
// (`workspace/configuration`), or what it sends where it cannot be asked. A client that does not answer has none.

import type { Connection } from 'vscode-languageserver';
import { pathBelow } from '../convert/uris.ts';
import type { Client } from './client.ts';
import { readSettings, type Settings } from './settings.ts';

/** The settings, as they are now. */
export interface Configuration {
  /** Those of what stands below a folder, or in none; its URI is normalised. */
  readonly of: (uri: string) => Settings;
  /** Whether the client said which settings it has, or cannot be asked. */
  readonly isKnown: () => boolean;
  /** Resolves when the settings that were asked for last are there. */
  readonly settled: () => Promise<void>;
  /** Calls `listener` after settings became others, or known. */
  readonly onChange: (listener: () => void) => void;
  /** Asks for the settings of these folders, by normalised URI. */
  readonly load: (folders: readonly string[]) => void;
}

/** The section of settings that is ours. */
const section = 'rdp';

/** How long a client's answer is waited for, in milliseconds: then the settings are the ones that were known. */
const patienceMs = 3_000;

/** Listens for changes; `load` is called once the client can be asked. */
export function createConfiguration(connection: Connection, client: Client): Configuration {
  const { workspace } = client.capabilities;
  const canAsk = workspace?.configuration === true;
  const listeners: (() => void)[] = [];
  /** What was given for all folders, and for each. */
  let general: unknown;
  let byFolder: ReadonlyMap<string, unknown> = new Map();
  let folders: readonly string[] = [];
  let known = new Map<string, Settings>();
  /** Nothing is shown by settings that nobody has been asked for yet. */
  let state: 'unknown' | 'known' = canAsk ? 'unknown' : 'known';
  let begin: () => void = () => undefined;
  const began = new Promise<'began'>((resolve) => void (begin = () => resolve('began')));
  const warned = new Set<string>();

  const settingsFor = (folder: string | undefined): Settings => {
    const key = folder ?? '';
    const before = known.get(key);
    if (before) return before;
    const own = folder === undefined ? [] : [byFolder.get(folder)];
    const { settings, problems } = readSettings([client.options, general, ...own]);
    known.set(key, settings);
    for (const problem of problems) {
      if (!warned.has(problem)) connection.console.warn(problem);
      warned.add(problem);
    }
    return settings;
  };
  const became = (value: unknown, each: ReadonlyMap<string, unknown>): void => {
    const same = JSON.stringify([general, [...byFolder]]) === JSON.stringify([value, [...each]]);
    if (same && state === 'known') return;
    [general, byFolder, known, state] = [value, each, new Map(), 'known'];
    for (const listener of listeners) listener();
  };
  const ask = async (): Promise<void> => {
    const places = folders;
    const items = [{ section }, ...places.map((scopeUri) => ({ scopeUri, section }))];
    try {
      const answer = await withPatience(connection.workspace.getConfiguration(items));
      if (answer === undefined) connection.console.warn('the client does not say which settings it has');
      else became(answer[0], new Map(places.map((folder, index) => [folder, answer[index + 1]])));
    } catch (error) {
      connection.console.warn(`settings cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    }
    if (state === 'unknown') became(undefined, byFolder);
  };
  let loading: Promise<void> = canAsk
    ? withPatience(began).then((said) => (said === 'began' ? undefined : became(undefined, byFolder)))
    : Promise.resolve();
  const reload = (): void => {
    // One after the other, so that an old answer never comes last.
    loading = loading.then(ask);
  };
  connection.onDidChangeConfiguration(({ settings }) => {
    if (canAsk) reload();
    else became(sectionOf(settings), new Map());
  });
  return {
    of: (uri) => {
      const around = folders.filter((folder) => folder === uri || pathBelow(folder, uri) !== undefined);
      return settingsFor(around.toSorted((a, b) => b.length - a.length)[0]);
    },
    isKnown: () => state === 'known',
    settled: async () => {
      for (let seen: Promise<void> | undefined; seen !== loading;) await (seen = loading);
    },
    onChange: (listener) => void listeners.push(listener),
    load: (wanted) => {
      folders = wanted;
      if (!canAsk) return;
      begin();
      reload();
    },
  };
}

/** Clients without a section of their own send the settings as they are. */
function sectionOf(settings: unknown): unknown {
  return typeof settings === 'object' && settings !== null && section in settings
    ? (settings as Readonly<Record<string, unknown>>)[section] // it has it
    : settings;
}

async function withPatience<T>(answer: Promise<T>): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), patienceMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
