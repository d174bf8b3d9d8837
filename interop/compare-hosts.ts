// One bundle, one set of documents, every host: each must give our runtime's decision, member for member.

import { readFileSync, writeFileSync } from 'node:fs';

import * as opaWasm from '@open-policy-agent/opa-wasm';
import { createEnforcer, fileSource } from '@rdp/runtime';
import type { Enforcer } from '@rdp/runtime';

import { unpackBundle } from './archive.ts';
import { rawCases, textForOpa } from './cases.ts';
import type { Case } from './cases.ts';
import type { Report } from './check.ts';
import type { PeerProgram } from './peer.ts';
import { createInterpreter } from './interpreter.ts';
import type { Interpreter } from './interpreter.ts';

export interface HostOptions {
  readonly report: Report;
  readonly opa: PeerProgram | undefined;
  readonly rust: PeerProgram | undefined;
  /** Folder of the example's sources, for the interpreter. */
  readonly example: string;
  /** Where the compiled policy is. */
  readonly folder: string;
  readonly cases: readonly Case[];
}

interface NodePolicy {
  minorVersion: number;
  readonly evaluate: (input: unknown, entrypoint: string) => readonly { readonly result: unknown }[];
  readonly setData: (data: object) => void;
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Decides on every case in every host. */
export async function compareHosts(options: HostOptions): Promise<void> {
  const { report, cases, folder } = options;
  const enforcer = createEnforcer({ source: fileSource({ path: `${folder}bundle.tar.gz`, watch: 'never' }) });
  const loaded = await enforcer.ready;
  const variant = enforcer.stats().variant;
  report.check('our runtime loads the bundle, with SIMD', loaded.kind === 'ok' && variant === 'simd', JSON.stringify(loaded));
  const data = await dataOf(`${folder}bundle.tar.gz`);
  compareNode(options, enforcer, await loadNodePolicy(folder, data));
  const interpret = await createInterpreter(options.example, data);
  compareRawBytes(options, enforcer, await loadNodePolicy(folder, data), interpret);
  for (const { name, event, document } of cases) {
    const bytes = bytesOf(JSON.stringify(document));
    const expected = enforcer.decideText(event, bytes);
    report.same(`interpreter: ${name}`, interpret(entrypointOf(enforcer, event), bytes), expected);
  }
  compareOpa(options, enforcer);
  compareRust(options, enforcer, data);
  enforcer.close();
}

async function dataOf(path: string): Promise<string> {
  const file = (await unpackBundle(readFileSync(path))).find(({ name }) => name === 'data.json');
  return new TextDecoder().decode(file?.bytes);
}

async function loadNodePolicy(folder: string, data: string): Promise<NodePolicy> {
  const policy: NodePolicy = await opaWasm.loadPolicy(readFileSync(`${folder}policy.wasm`));
  policy.setData(JSON.parse(data));
  return policy;
}

/** A case's event is `Surface.event`, other hosts know full names only. */
function entrypointOf(enforcer: Enforcer, event: string): string {
  return enforcer.stats().entrypoints.find((name) => name.endsWith(`/${event.replace('.', '/')}`)) ?? event;
}

/** OPA takes what lies below an entrypoint for a place in its answer: there `…/request/http` is `…/http/request`. */
function entrypointOfOpa(enforcer: Enforcer, event: string): string {
  return entrypointOf(enforcer, event).replace(/^(.*)\/([^/]*)\/http$/, '$1/http/$2');
}

function compareRawBytes(
  { report, cases }: HostOptions,
  enforcer: Enforcer,
  policy: NodePolicy,
  interpret: Interpreter,
): void {
  for (const { name, event, bytes } of rawCases(cases)) {
    const decision = enforcer.decide(event, bytes);
    report.check(`rdp: ${name} is malformed`, decision.reason === 'malformed_input', JSON.stringify(decision));
    const [answer] = policy.evaluate(bytes.slice().buffer, entrypointOf(enforcer, event));
    report.same(`npm opa-wasm: ${name}`, answer?.result, decision);
    report.same(`interpreter: ${name}`, interpret(entrypointOf(enforcer, event), bytes), enforcer.decideText(event, bytes));
  }
}

function compareNode({ report, cases }: HostOptions, enforcer: Enforcer, policy: NodePolicy): void {
  const paths = [
    ['npm opa-wasm', policy.minorVersion],
    ['npm opa-wasm, path of ABI 1.1', 1],
  ] as const;
  for (const [host, minorVersion] of paths) {
    policy.minorVersion = minorVersion;
    for (const { name, event, document } of cases) {
      const expected = enforcer.decide(event, bytesOf(JSON.stringify(document)));
      const [answer] = policy.evaluate(document, entrypointOf(enforcer, event));
      report.same(`${host}: ${name}`, answer?.result, expected);
    }
  }
}

function compareOpa({ report, opa, folder, cases }: HostOptions, enforcer: Enforcer): void {
  if (opa === undefined) return;
  const requests = cases.map(({ event, document }) => ({ op: 'eval', entrypoint: entrypointOfOpa(enforcer, event), input: document }));
  const { answers, failure } = opa([], [{ op: 'load', bundle: `${folder}bundle.tar.gz` }, ...requests]);
  report.check('OPA loads the bundle', answers[0]?.result === 'interop', answers[0]?.error ?? failure);
  for (const [index, { name, event, document }] of cases.entries()) {
    const answer = answers[index + 1];
    const expected = enforcer.decide(event, bytesOf(textForOpa(document)));
    report.same(`OPA: ${name}`, answer?.result ?? answer?.error ?? failure, expected);
  }
}

function compareRust({ report, rust, folder, cases }: HostOptions, enforcer: Enforcer, data: string): void {
  if (rust === undefined) return;
  const dataFile = `${folder}data.json`;
  writeFileSync(dataFile, data);
  const requests = cases.map(({ event, document }) => ({ entrypoint: entrypointOf(enforcer, event), input: document }));
  const { answers, failure } = rust([`${folder}policy.wasm`, dataFile], requests);
  for (const [index, { name, event, document }] of cases.entries()) {
    const answer = answers[index];
    const expected = enforcer.decide(event, bytesOf(JSON.stringify(document)));
    report.same(`crate opa-wasm: ${name}`, answer?.result ?? answer?.error ?? failure, expected);
  }
}
