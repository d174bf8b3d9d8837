// Debian's Neovim with the parser, the queries and the server of this repository: the packages are unpacked, not installed.

import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Report } from '../check.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const cache = join(root, 'node_modules', '.cache', 'interop', 'neovim');

/** Neovim with what it needs to run without a screen. */
const packages = [
  'neovim',
  'neovim-runtime',
  'libluajit-5.1-2',
  'libmsgpackc2',
  'libtermkey1',
  'libtree-sitter0',
  'libunibilium4',
  'libvterm0',
  'lua-luv',
];

/** Opens the example in Neovim, and asks it what it sees. */
export async function compareNeovim(report: Report): Promise<void> {
  const failure = unpackNeovim();
  report.check('Neovim is unpacked', failure === undefined, failure);
  if (failure !== undefined) return;
  const folder = mkdtempSync(join(tmpdir(), 'rdp-neovim-'));
  try {
    const grammar = join(root, 'lsp', 'tree-sitter');
    mkdirSync(join(folder, 'parser'));
    cpSync(join(grammar, 'queries'), join(folder, 'queries', 'rdp'), { recursive: true });
    cpSync(join(root, 'examples', 'checkout'), join(folder, 'policy'), { recursive: true });
    const words = ['-shared', '-fPIC', '-O1', '-I', join(grammar, 'src'), join(grammar, 'src', 'parser.c')];
    execFileSync('cc', [...words, '-o', join(folder, 'parser', 'rdp.so')]);
    const libraries = join(cache, 'usr', 'lib', `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`);
    const env = {
      ...process.env,
      HOME: folder,
      LD_LIBRARY_PATH: libraries,
      LUA_CPATH: `${libraries}/lua/5.1/?.so;;`,
      VIMRUNTIME: join(cache, 'usr', 'share', 'nvim', 'runtime'),
      RDP_SITE: folder,
      RDP_NODE: process.execPath,
      RDP_COMMAND: join(root, 'compiler', 'dist', 'launch.js'),
    };
    const script = fileURLToPath(new URL('look.lua', import.meta.url));
    const program = join(cache, 'usr', 'bin', 'nvim');
    const asked = ['--headless', '-u', 'NONE', '-c', `luafile ${script}`];
    const { stdout, stderr } = spawnSync(program, asked, { env, encoding: 'utf8', timeout: 120_000 });
    const said = `${stdout}${stderr}`;
    report.check('Neovim parses the example without an error', said.includes('tree errors: false'), said);
    const captures = Number(/captures: (\d+)/.exec(said)?.[1] ?? 0);
    report.check('Neovim takes the highlights', captures > 1000, said);
    report.check('Neovim shows a diagnostic of the server', said.includes('diagnostic: unknown-event'), said);
    report.check('Neovim shows a hover of the server', said.includes('pattern us_ssn'), said);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Fetches the packages when they are not there yet. */
function unpackNeovim(): string | undefined {
  if (existsSync(join(cache, 'usr', 'bin', 'nvim'))) return undefined;
  mkdirSync(cache, { recursive: true });
  const { status, stderr, error } = spawnSync('apt-get', ['download', ...packages], { cwd: cache, encoding: 'utf8' });
  if (status !== 0) return error?.message ?? stderr;
  for (const name of readdirSync(cache).filter((file) => file.endsWith('.deb'))) {
    execFileSync('dpkg', ['-x', name, '.'], { cwd: cache });
  }
  return undefined;
}
