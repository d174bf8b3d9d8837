// Builds the peers that are programs of their own, and talks to them: one JSON value a line in, one a line out.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const cache = fileURLToPath(new URL('../node_modules/.cache/interop/', import.meta.url));

export interface PeerAnswer {
  readonly result?: unknown;
  readonly error?: string;
}

export type PeerProgram = (
  args: readonly string[],
  requests: readonly unknown[],
) => { readonly answers: readonly PeerAnswer[]; readonly failure: string | undefined };

/** OPA itself, from the Go module proxy. */
export function buildOpa(): PeerProgram | string {
  const program = `${cache}opa`;
  return build('go', ['build', '-p', '1', '-o', program, '.'], 'opa', program);
}

/** Readers of what gateways export: the OpenTelemetry collector's and OPA's. */
export function buildReaders(): PeerProgram | string {
  const program = `${cache}telemetry-readers`;
  return build('go', ['build', '-p', '1', '-o', program, '.'], 'telemetry', program);
}

/** The Rust crate opa-wasm, from crates.io. */
export function buildRust(): PeerProgram | string {
  const target = `${cache}rust`;
  const args = ['build', '--quiet', '--locked', '--jobs', '1', '--target-dir', target];
  return build('cargo', args, 'rust', `${target}/debug/rdp-interop`);
}

function build(command: string, args: readonly string[], folder: string, program: string): PeerProgram | string {
  const cwd = fileURLToPath(new URL(`${folder}/`, import.meta.url));
  const { status, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) return error?.message ?? stderr;
  return (programArgs, requests) => talk(program, programArgs, requests);
}

function talk(program: string, args: readonly string[], requests: readonly unknown[]): ReturnType<PeerProgram> {
  const input = requests.map((request) => `${JSON.stringify(request)}\n`).join('');
  const { stdout, stderr, status, error } = spawnSync(program, args, { input, encoding: 'utf8', maxBuffer: 1 << 28 });
  const answers = (stdout ?? '').split('\n').filter((line) => line !== '');
  const failure = status === 0 && answers.length === requests.length ? undefined : (error?.message ?? stderr);
  return { answers: answers.map((line): PeerAnswer => JSON.parse(line)), failure };
}
