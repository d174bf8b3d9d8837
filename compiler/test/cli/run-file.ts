// Command-line tests as files. A `.run` file sets up a folder and calls the real, bundled command in it:
//   //- path            what follows, up to the next marker, is a file of the folder
//   //< path            a folder of the repository is copied there
//   $ rdpc check .      a call; what it prints (standard output, then error) and `[exit N]` follow
// UPDATE=1 writes what was printed; under CI that is refused.

import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../../..', import.meta.url));
/** The command as it is shipped. */
export const launcher: string = join(repository, 'compiler/dist/launch.js');

interface Call {
  readonly command: string;
  readonly expected: string;
}

interface RunFile {
  readonly files: ReadonlyMap<string, string>;
  readonly copies: readonly string[];
  readonly calls: readonly Call[];
  /** Everything ahead of the first call, to be written back as it was. */
  readonly head: string;
}

/** What a run file says and what the command does, both as the text of a run file. */
export function runFile(path: string): { readonly expected: string; readonly actual: string } {
  const text = readFileSync(path, 'utf8');
  const { files, copies, calls, head } = parse(text);
  const folder = mkdtempSync(join(tmpdir(), 'rdpc-run-'));
  try {
    for (const copy of copies) cpSync(join(repository, copy), folder, { recursive: true });
    for (const [name, content] of files) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
    const actual = head + calls.map(({ command }) => `$ ${command}\n${call(command, folder)}`).join('\n');
    if (process.env['UPDATE'] === '1' && actual !== text) {
      if (process.env['CI']) throw new Error('UPDATE is refused under CI');
      writeFileSync(path, actual);
    }
    return { expected: process.env['UPDATE'] === '1' ? actual : text, actual };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function parse(text: string): RunFile {
  const start = text.search(/^\$ /m);
  const head = start < 0 ? text : text.slice(0, start);
  const files = new Map<string, string>();
  const copies: string[] = [];
  for (const part of head.split(/^(?=\/\/[-<] )/m)) {
    const marker = /^\/\/([-<]) (.*)\n/.exec(part);
    if (marker?.[1] === '<') copies.push(marker[2] ?? '');
    else if (marker) files.set(marker[2] ?? '', part.slice(marker[0].length));
  }
  const calls =
    start < 0
      ? []
      : text
          .slice(start)
          .split(/^(?=\$ )/m)
          .map((block) => {
            const end = block.indexOf('\n');
            return { command: block.slice(2, end), expected: block.slice(end + 1) };
          });
  return { files, copies, calls, head };
}

/** `&&` is not understood: a call is `rdpc` with words, `sh` with a line, or `cat` of a file. */
function call(command: string, folder: string): string {
  const env = {
    ...process.env,
    NO_COLOR: '1',
    RDP_TODAY: '2026-11-22',
    XDG_CACHE_HOME: join(folder, '.cache'),
    RDPC: launcher,
  };
  const shell = command.replace(/\brdpc\b/, '"$NODE" "$RDPC"');
  const { stdout, stderr, status } = spawnSync('bash', ['-c', shell], {
    cwd: folder,
    env: { ...env, NODE: process.execPath },
    encoding: 'utf8',
  });
  const printed = `${stdout}${stderr}`.replaceAll(folder, '<folder>');
  return `${printed}${printed === '' || printed.endsWith('\n') ? '' : '\n'}[exit ${status}]\n`;
}

/** Whether the command has been bundled; the tests of the command need it. */
export function isBuilt(): boolean {
  return existsSync(launcher);
}
