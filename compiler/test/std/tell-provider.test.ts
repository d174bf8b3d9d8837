// Who answers an exchange: the module and the enforcer's own function say the same, at every host of the library and at others.

import { checkProgram, type CoreProgram } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import { tellProvider } from '@rdp/runtime';
import test from 'ava';
import fc from 'fast-check';
import { interpret } from '../../src/ir/interpret/interpret.ts';
import { lowerProgram } from '../../src/ir/lower.ts';

const settings = ['', 'providers [ai.anthropic, ai.vllm, ai.azure]', 'providers [own, bare, ai.groq]'];

function programOf(setting: string): CoreProgram {
  const text = `package p
import std.ai
import std.llm
provider own {
  hosts ["*.own.example"]
  paths ["/a/{b}", "/c"]
  map request { prompts: [] }
}
provider bare {
  hosts []
  paths ["/v1/chat/completions", "/x/{y}"]
  map request { prompts: [] }
}
surface Chat: llm { ${setting} }
detect Seen on Chat.request { severity low when provider != "-" message "{provider}" }`;
  const { programs, diagnostics } = checkProgram({
    files: [{ path: 'p.rdp', text }],
    documents: new Map(),
    std: stdFiles,
  });
  const [program] = programs ?? [];
  if (program === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return program;
}

for (const setting of settings) {
  test(`module and enforcer tell the same provider: ${setting || 'all'}`, (t) => {
    const program = programOf(setting);
    const ir = lowerProgram(program);
    const plans = program.surfaces?.[0]?.providers() ?? [];
    const hosts = [
      ...plans.flatMap((plan) => plan.hosts.slice(0, 3)).map((host) => host.replace('*.', 'a.b.')),
      'own.example',
      'x.own.example',
      'nobody.example',
      'API.GROQ.COM',
      '',
    ];
    const ends = plans.flatMap(({ anywhere, paths }) => [...anywhere.map(({ path }) => path), ...paths]);
    const paths = [
      ...ends.map((path) => path.replaceAll(/\{\w+\}/g, 'm')),
      '/',
      '/a/',
      '/a/b',
      '/a/b/c',
      '/c',
      '/v1/files',
      '',
    ];
    const exchange = fc.record({
      host: fc.constantFrom(...hosts),
      path: fc.tuple(
        fc.constantFrom('', '/gateway'),
        fc.constantFrom(...paths),
        fc.constantFrom('', '?a=/v1/messages', '/', '#x'),
      ),
      keys: fc.subarray(['messages', 'prompt', 'input', 'contents', 'query', 'message', 'content', 'requests']),
    });
    fc.assert(
      fc.property(exchange, ({ host, path: parts, keys }) => {
        const path = parts.join('');
        const body = Object.fromEntries(keys.map((key) => [key, []]));
        const input = new TextEncoder().encode(JSON.stringify({ host, path, body }));
        const decision = JSON.parse(interpret({ ir, entrypoint: 'p/Chat/request/http', input, data: undefined }));
        const told = tellProvider(plans, { host, path, keys: new Set(keys) })?.name;
        const expected = told ?? 'unknown_provider';
        t.is(decision.message ?? decision.findings?.[0]?.message, expected, `${host} ${path} ${keys.join()}`);
      }),
      { numRuns: 400 },
    );
  });
}
