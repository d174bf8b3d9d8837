// What who types waits for: from a keystroke to the diagnostics that it changes, and to a completion, over standard input and
// output with the server in a process of its own; and whether its memory stays flat. Keystrokes fall anywhere in the policy;
// each spells a name another way, so that each changes what is said.

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  CompletionRequest,
  createProtocolConnection,
  DidChangeTextDocumentNotification,
  DidOpenTextDocumentNotification,
  InitializedNotification,
  InitializeRequest,
  PublishDiagnosticsNotification,
  StreamMessageReader,
  StreamMessageWriter,
  type ProtocolConnection,
} from 'vscode-languageserver/node';
import { largePolicy } from '../editor/large-policy.ts';
import type { Sized } from '../sizes.ts';

const command = fileURLToPath(new URL('../../compiler/dist/launch.js', import.meta.url));
const uri = 'file:///bench/policy.rdp';
const goal = 17;

interface Typist {
  /** Types one character at an offset, and waits for what that changes. Milliseconds. */
  readonly type: (offset: number) => Promise<number>;
  readonly erase: (offset: number) => Promise<number>;
  /** Asks for a completion behind an offset. Milliseconds. */
  readonly complete: (offset: number) => Promise<number>;
  readonly text: () => string;
  /** Bytes of the process that are in memory. */
  readonly memory: () => number;
  readonly end: () => void;
}

/** Measures all of goal 17. */
export async function measureEditor(): Promise<readonly Sized[]> {
  const rows: Sized[] = [];
  const add = (name: string, value: number, unit: string, atMost: number): void => {
    rows.push({ goal, name, value, unit, atMost, met: value <= atMost });
  };
  for (const [lines, edits, atMost] of [
    [5_000, 200, 15],
    [50_000, 80, 50],
  ] as const) {
    const typist = await startTyping(largePolicy(lines));
    const places = placesIn(typist.text());
    // Code that runs for the first time is not what one waits for all day.
    for (let i = 0; i < 30; i++) await typeAndErase(typist, places, i * 7919);
    const times: number[] = [];
    for (let i = 0; i < edits / 2; i++) times.push(...(await typeAndErase(typist, places, i * 104_729)));
    add(`keystroke → diagnostics, p50, ${lines} lines`, percentile(times, 0.5), 'ms', atMost);
    add(`keystroke → diagnostics, p95, ${lines} lines`, percentile(times, 0.95), 'ms', atMost);
    if (lines === 5_000) {
      const waits: number[] = [];
      for (let i = 0; i < 120; i++) {
        await typeAndErase(typist, places, i * 15_485_863);
        const waited = await typist.complete(places[(i * 31) % places.length] ?? 0);
        if (i >= 20) waits.push(waited);
      }
      add('completion after an edit, p95, 5000 lines', percentile(waits, 0.95), 'ms', 30);
    }
    typist.end();
  }
  add('memory after 12,000 edits, against after 2,000', await growth(), '×', 1.2);
  return rows;
}

/** A smaller policy, so that the edits do not take the day. */
async function growth(): Promise<number> {
  const typist = await startTyping(largePolicy(500));
  const places = placesIn(typist.text());
  let before = 0;
  for (let i = 0; i < 6_000; i++) {
    if (i === 1_000) before = typist.memory();
    await typeAndErase(typist, places, i * 32_452_843);
  }
  const after = typist.memory();
  typist.end();
  return after / before;
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

async function startTyping(text: string): Promise<Typist> {
  const child = spawn(process.execPath, [command, 'lsp', '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const connection: ProtocolConnection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  let came: (version: number) => void = () => undefined;
  connection.onNotification(PublishDiagnosticsNotification.type, (params) => came(params.version ?? 0));
  connection.listen();
  await connection.sendRequest(InitializeRequest.type, {
    processId: process.pid,
    rootUri: null,
    workspaceFolders: null,
    capabilities: { textDocument: { publishDiagnostics: { relatedInformation: true, dataSupport: true } } },
  });
  await connection.sendNotification(InitializedNotification.type, {});
  /** Of that version: what is said of an earlier one may come late. */
  const diagnosticsOf = (wanted: number): Promise<void> =>
    new Promise((resolve) => {
      came = (version) => (version >= wanted ? resolve() : undefined);
    });
  const first = diagnosticsOf(1);
  await connection.sendNotification(DidOpenTextDocumentNotification.type, {
    textDocument: { uri, languageId: 'rdp', version: 1, text },
  });
  await first;
  let version = 1;
  const starts = [0];
  for (let i = 0; i < text.length; i++) if (text[i] === '\n') starts.push(i + 1);
  const positionOf = (offset: number): { line: number; character: number } => {
    const line = starts.findLastIndex((start) => start <= offset);
    return { line, character: offset - (starts[line] ?? 0) };
  };
  const change = async (offset: number, length: number, inserted: string): Promise<number> => {
    const start = positionOf(offset);
    const end = { line: start.line, character: start.character + length };
    version++;
    const changed = diagnosticsOf(version);
    const began = performance.now();
    await connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version },
      contentChanges: [{ range: { start, end }, text: inserted }],
    });
    await changed;
    return performance.now() - began;
  };
  return {
    type: (offset) => change(offset, 0, 'x'),
    erase: (offset) => change(offset, 1, ''),
    complete: async (offset) => {
      const began = performance.now();
      await connection.sendRequest(CompletionRequest.type, { textDocument: { uri }, position: positionOf(offset) });
      return performance.now() - began;
    },
    text: () => text,
    memory: () => {
      const status = readFileSync(`/proc/${child.pid ?? 0}/status`, 'utf8');
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024;
    },
    end: () => {
      connection.dispose();
      child.kill();
    },
  };
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? 0;
}
