// The rules of gitleaks as they are published: its Go module (MIT) has them in `config/gitleaks.toml`. `RDP_BENCH_RULES` names a file
// of the same form to use instead (`npm run bench -- --rules FILE`). Nothing of it is kept here.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Available } from '../native-peer.ts';

const goModule = 'github.com/zricethezav/gitleaks/v8@v8.30.1';

/** One rule: what has to occur in the lower-cased text (any of them; none: nothing has to), and the expression in Go's syntax. */
export interface SecretRule {
  readonly id: string;
  readonly regex: string;
  readonly keywords: readonly string[];
}

/** The rules that look into text; those that only look at file names are left out. */
export function gitleaksRules(): Available<readonly SecretRule[]> {
  const file = process.env['RDP_BENCH_RULES'] ?? rulesOfModule();
  if (file === undefined) return { kind: 'missing', needs: `Go and the module ${goModule}` };
  return { kind: 'ready', peer: readRules(readFileSync(file, 'utf8')) };
}

function rulesOfModule(): string | undefined {
  const { status, stdout } = spawnSync('go', ['mod', 'download', '-json', goModule], { encoding: 'utf8' });
  if (status !== 0) return undefined;
  const { Dir: folder } = JSON.parse(stdout) as { readonly Dir: string }; // `go help mod download` tells the shape
  return join(folder, 'config/gitleaks.toml');
}

/** Reads the part of TOML in which these files are written: tables of rules with keys of one line, and lists of texts. */
export function readRules(toml: string): readonly SecretRule[] {
  return toml
    .split(/^\[\[rules\]\]$/m)
    .slice(1)
    .flatMap((table): readonly SecretRule[] => {
      const own = table.split(/^ *\[/m)[0] ?? '';
      const id = /^id = "([^"]*)"$/m.exec(own)?.[1];
      const regex = /^regex = '''(.*)'''$/m.exec(own)?.[1];
      if (id === undefined || regex === undefined) return [];
      const keywords = /^keywords = \[([^\]]*)\]$/m.exec(own)?.[1] ?? '';
      return [{ id, regex, keywords: [...keywords.matchAll(/"([^"]*)"/g)].map((match) => match[1] ?? '') }];
    });
}
