// Calls that are read without yargs are read as yargs reads them; calls with any doubt are left to it.

import test from 'ava';
import yargs from 'yargs';
import type { Verb } from '../../src/cli/options.ts';
import { readCall } from '../../src/cli/read-call.ts';
import { verbs } from '../../src/cli/verbs.ts';

const key = { compiler: '', directory: '', args: [], today: '' };

async function load(name: string): Promise<Verb> {
  const verb = await verbs.get(name)?.(key);
  if (verb === undefined) throw new Error(`no verb ${name}`);
  return verb;
}

/** What yargs makes of a call, without the letters and the camel case that it adds. */
async function readWithYargs(verb: Verb, words: readonly string[]): Promise<Record<string, unknown>> {
  let read: Record<string, unknown> = {};
  await yargs([...words])
    .command({
      command: verb.command,
      builder: (parser) => parser.options(verb.options),
      handler: (args) => {
        read = args;
      },
    })
    .help(false)
    .version(false)
    .parserConfiguration({ 'camel-case-expansion': false, 'strip-aliased': true })
    .parseAsync();
  return Object.fromEntries(
    Object.entries(read).filter(([name, value]) => name !== '_' && name !== '$0' && value !== undefined),
  );
}

const plain = [
  'check',
  'check a b --format json',
  'check --format sarif policies',
  'compile policy.rdp -o out --no-cache',
  'compile --output out --sign key.pem --signing-alg ES256 --key-id k --target wasm --watch policies',
  'fmt --check a.rdp b.rdp',
  'eval --event Chat.request --input request.json --jsonl policies',
  'eval --event Chat.request --input -',
  'eval --input - --event Chat.request policies',
  'explain unhandled-optional',
  'explain --cost policies',
  'print ir policies',
  'import openapi api.yaml',
  'test a --coverage --format json',
  'init',
] as const;

for (const call of plain) {
  test(`yargs reads the same: ${call}`, async (t) => {
    const [name = '', ...words] = call.split(' ');
    const verb = await load(name);
    t.deepEqual(readCall(verb, words), await readWithYargs(verb, [name, ...words]));
  });
}

const doubtful = [
  'check --help',
  'check -h',
  'check --formta json',
  'check --format xml',
  'check --format',
  'check --format=json',
  'check --format json --format text',
  'compile -oout',
  'compile a b',
  'compile --watch true',
  'compile --output --no-cache',
  'compile -- a',
  'eval policies',
  'eval --event Chat.request --input --jsonl',
  'eval --event -',
  'print',
] as const;

for (const call of doubtful) {
  test(`left to yargs: ${call}`, async (t) => {
    const [name = '', ...words] = call.split(' ');
    t.is(readCall(await load(name), words), undefined);
  });
}
