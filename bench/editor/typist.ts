// Somebody who types into one policy: a server in a process of its own, spoken to over standard input and output. A keystroke
// is over when the server says of the line what is true of it now; what it says earlier, of the syntax alone, does not count.

import { spawn } from 'node:child_process';
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
  type Position,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
} from 'vscode-languageserver/node';
import type { CostQuestion, ServerCost } from './server-cost.ts';

const command = fileURLToPath(new URL('../../compiler/dist/launch.js', import.meta.url));
const costs = new URL('server-cost.ts', import.meta.url).href;
const uri = 'file:///bench/policy.rdp';
/** Nobody waits longer: then something was said that nobody expected. Milliseconds. */
const patience = 60_000;

export interface Typist {
  /** Types a letter behind a name that then means nothing, and waits until the line has a fault. Milliseconds. */
  readonly type: (offset: number) => Promise<number>;
  /** Takes it back, and waits until the line has none. Milliseconds. */
  readonly erase: (offset: number) => Promise<number>;
  /** Asks for a completion at an offset. Milliseconds. */
  readonly complete: (offset: number) => Promise<number>;
  readonly cost: (question: CostQuestion) => Promise<ServerCost>;
  readonly end: () => void;
}

/** Opens a policy without faults. */
export async function startTyping(text: string): Promise<Typist> {
  const flags = ['--no-warnings', '--expose-gc', '--import', costs];
  const child = spawn(process.execPath, [...flags, command, 'lsp', '--stdio'], {
    stdio: ['pipe', 'pipe', 'inherit', 'ipc'],
  });
  if (child.stdin === null || child.stdout === null) throw new Error('the server has no standard input and output');
  const connection: ProtocolConnection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  let came: (said: PublishDiagnosticsParams) => void = () => undefined;
  connection.onNotification(PublishDiagnosticsNotification.type, (said) => came(said));
  connection.listen();
  await connection.sendRequest(InitializeRequest.type, {
    processId: process.pid,
    rootUri: null,
    workspaceFolders: null,
    capabilities: { textDocument: { publishDiagnostics: { relatedInformation: true, dataSupport: true } } },
  });
  await connection.sendNotification(InitializedNotification.type, {});
  const said = (isIt: (said: PublishDiagnosticsParams) => boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('the server did not say what a keystroke changes')), patience);
      came = (params) => {
        if (!isIt(params)) return;
        clearTimeout(timer);
        resolve();
      };
    });
  const first = said(({ diagnostics }) => diagnostics.length === 0);
  await connection.sendNotification(DidOpenTextDocumentNotification.type, {
    textDocument: { uri, languageId: 'rdp', version: 1, text },
  });
  await first;
  let version = 1;
  const positionOf = positions(text);
  const change = async (offset: number, [length, inserted]: readonly [number, string]): Promise<number> => {
    const start = positionOf(offset);
    const end = { line: start.line, character: start.character + length };
    const mine = ++version;
    const wants = inserted !== '';
    const changed = said(
      ({ version: of, diagnostics }) =>
        of === mine && wants === diagnostics.some(({ range }) => range.start.line === start.line),
    );
    const pressed = performance.now();
    await connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version },
      contentChanges: [{ range: { start, end }, text: inserted }],
    });
    await changed;
    return performance.now() - pressed;
  };
  return {
    type: (offset) => change(offset, [0, 'x']),
    erase: (offset) => change(offset, [1, '']),
    complete: async (offset) => {
      const asked = performance.now();
      await connection.sendRequest(CompletionRequest.type, { textDocument: { uri }, position: positionOf(offset) });
      return performance.now() - asked;
    },
    cost: (question) =>
      new Promise((resolve) => {
        child.once('message', (answer) => resolve(answer as ServerCost)); // what `server-cost.ts` sends
        child.send(question);
      }),
    end: () => {
      connection.dispose();
      child.kill();
    },
  };
}

/** Offsets of a text to its lines and characters. */
function positions(text: string): (offset: number) => Position {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    const line = starts.findLastIndex((start) => start <= offset);
    return { line, character: offset - (starts[line] ?? 0) };
  };
}
