// The peer of most goals: a Rego policy compiled by OPA's own compiler, run by npm's opa-wasm. OPA is built from its Go
// module when it is not there yet (bench/opa/go.mod); this needs Go.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadPolicy } from '@open-policy-agent/opa-wasm';

const here = fileURLToPath(new URL('.', import.meta.url));
const cache = join(here, '../node_modules/.cache/bench');

/** OPA's command, built once. */
export function opaCommand(): string {
  const command = join(cache, 'opa');
  if (!existsSync(command)) {
    mkdirSync(cache, { recursive: true });
    execFileSync('go', ['build', '-o', command, 'github.com/open-policy-agent/opa'], {
      cwd: join(here, 'opa'),
      stdio: 'inherit',
    });
  }
  return command;
}

/** A Rego policy of `bench/policies` as OPA compiles it; `-O 1` for those that it can optimise. */
export function regoModule(name: string, entrypoint: string, optimise = 1): Uint8Array {
  const stage = mkdtempSync(join(cache, 'rego-'));
  try {
    const bundle = join(stage, 'bundle.tar.gz');
    execFileSync(opaCommand(), [
      'build',
      '-t',
      'wasm',
      '-O',
      String(optimise),
      '-e',
      entrypoint,
      '-o',
      bundle,
      join(here, 'policies', name),
    ]);
    execFileSync('tar', ['--absolute-names', '-xzf', bundle, '-C', stage, '--transform=s,^/,,', '/policy.wasm']);
    return readFileSync(join(stage, 'policy.wasm'));
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

/** A loaded policy: `evaluate` takes an object, or an ArrayBuffer with JSON. */
export interface RegoPolicy {
  readonly evaluate: (input: object) => readonly { readonly result: unknown }[];
}

/** Loads a module as opa-wasm's users do. */
export async function loadRego(module: Uint8Array): Promise<RegoPolicy> {
  return (await loadPolicy(module)) as unknown as RegoPolicy; // its types leave the result open
}
