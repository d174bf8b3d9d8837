// Peers from npm that the product does not depend on: installed into the cache of the benches, at exact versions, when a bench first
// asks for them.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Available } from './native-peer.ts';

const versions = {
  'node-api-headers': '1.9.0',
  openredaction: '1.1.5',
} as const;

const cache = fileURLToPath(new URL('../node_modules/.cache/bench/npm/', import.meta.url));

/** Folder of the installed package. */
export function npmPackage(name: keyof typeof versions): Available<string> {
  const folder = join(cache, 'node_modules', name);
  if (installedVersion(folder) !== versions[name]) {
    mkdirSync(cache, { recursive: true });
    if (!existsSync(join(cache, 'package.json'))) writeFileSync(join(cache, 'package.json'), '{"private":true}\n');
    const args = ['install', '--no-audit', '--no-fund', '--no-save', '--ignore-scripts', '--no-package-lock'];
    // All at once: an install without a manifest drops what it was not asked for.
    const wanted = Object.entries(versions).map(([known, version]) => `${known}@${version}`);
    spawnSync('npm', [...args, ...wanted], { cwd: cache, stdio: 'ignore' });
  }
  return installedVersion(folder) === versions[name]
    ? { kind: 'ready', peer: folder }
    : { kind: 'missing', needs: `npm's ${name} ${versions[name]}` };
}

function installedVersion(folder: string): string | undefined {
  try {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { readonly version: string }; // npm's manifest
    return manifest.version;
  } catch {
    return undefined; // not installed
  }
}
