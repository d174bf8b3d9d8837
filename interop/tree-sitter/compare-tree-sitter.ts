// The tree-sitter grammar, by tree-sitter's own command, built from its crate: what is committed is what it generates, its tests
// pass, its queries fit, and each policy that our parser has nothing to say about has a tree without an error.

import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from '@rdp/language';
import type { Report } from '../check.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const grammar = join(root, 'lsp', 'tree-sitter');
const cache = join(root, 'node_modules', '.cache', 'interop', 'tree-sitter');

/** The version that generated `src/parser.c`. */
const version = '0.27.1';

/** The oldest that editors in use still ask for: Neovim knows 15 since 0.11 only. */
const abi = '14';

/** Builds the command, and holds the grammar against it. */
export async function compareTreeSitter(report: Report): Promise<void> {
  const program = buildCommand();
  report.check('tree-sitter builds', typeof program === 'string', typeof program === 'string' ? '' : program.failure);
  if (typeof program !== 'string') return;
  const folder = mkdtempSync(join(tmpdir(), 'rdp-tree-sitter-'));
  try {
    cpSync(grammar, join(folder, 'grammar'), { recursive: true });
    // What `grammar.js` is written in.
    writeFileSync(join(folder, 'grammar', 'package.json'), '{ "type": "module" }\n');
    const run = (...args: readonly string[]): { readonly good: boolean; readonly text: string } => {
      const env = { ...process.env, XDG_CACHE_HOME: join(cache, 'home'), XDG_CONFIG_HOME: join(cache, 'home'), NO_COLOR: '1' };
      const done = spawnSync(program, args, { cwd: join(folder, 'grammar'), encoding: 'utf8', env, maxBuffer: 1 << 26 });
      return { good: done.status === 0, text: `${done.stdout}${done.stderr}${done.error?.message ?? ''}` };
    };
    const generated = run('generate', '--abi', abi);
    report.check('the grammar generates', generated.good, generated.text);
    const [now, then] = [join(folder, 'grammar'), grammar].map((home) => readFileSync(join(home, 'src', 'parser.c'), 'utf8'));
    report.check('src/parser.c is what the grammar generates', now === then, `run \`tree-sitter generate --abi ${abi}\` in lsp/tree-sitter`);
    const tested = run('test');
    report.check('trees and highlights are as the tests of the grammar say', tested.good, tested.text);

    const policies = writePolicies(join(folder, 'policies'));
    const list = join(folder, 'paths');
    writeFileSync(list, `${policies.join('\n')}\n`);
    const parsed = run('parse', '--quiet', '--stat', '--paths', list);
    report.check(`${policies.length} policies have trees without an error`, parsed.good, parsed.text);
    for (const query of readdirSync(join(grammar, 'queries'))) {
      const asked = run('query', '--quiet', join('queries', query), join(root, 'examples', 'checkout', 'checkout.rdp'));
      report.check(`queries/${query} fits the grammar`, asked.good, asked.text);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The command, from its crate; later runs find it in the cache. */
function buildCommand(): string | { readonly failure: string } {
  const program = join(cache, 'bin', 'tree-sitter');
  if (existsSync(program)) return program;
  const args = ['install', 'tree-sitter-cli', '--version', version, '--locked', '--quiet', '--jobs', '1', '--root', cache];
  const { status, stderr, error } = spawnSync('cargo', args, { encoding: 'utf8' });
  return status === 0 ? program : { failure: error?.message ?? stderr };
}

/** All policies of the repository that our parser takes as they are, each in a file of its own; case files hold several. */
function writePolicies(folder: string): readonly string[] {
  mkdirSync(folder);
  const paths = execFileSync('git', ['ls-files', '*.rdp', ':!lsp/tree-sitter'], { cwd: root, encoding: 'utf8' });
  return paths
    .trim()
    .split('\n')
    .flatMap((path) => policiesOf(readFileSync(join(root, path), 'utf8')).map((text, nth) => ({ path, nth, text })))
    .filter(({ path, text }) => text.trim() !== '' && parse({ path, text }).diagnostics.length === 0)
    .map(({ path, nth, text }) => {
      const file = join(folder, `${path.replaceAll('/', '_')}-${nth}.rdp`);
      writeFileSync(file, text);
      return file;
    });
}

function policiesOf(text: string): readonly string[] {
  return text.split(/^\/\/ ---\n/m).flatMap((chunk) => {
    const parts = chunk.split(/^\/\/- \/(.+)\n/m);
    return parts.filter((_, index) => index % 2 === 0 && (index === 0 || parts[index - 1]?.endsWith('.rdp')));
  });
}
