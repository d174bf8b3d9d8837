// The whole standard library, used by policies that leave nothing of it out: every provider's mappings, every pattern, every
// threat, every event. Parts that nobody uses are not checked otherwise.

import test from 'ava';
import { parse } from '../../src/syntax/parse.ts';
import { stdFiles } from '../../src/std.generated.ts';
import { checkText, saidBy } from './check-files.ts';

const trees = stdFiles.filter(({ path }) => path.endsWith('.rdp')).map((file) => parse(file));
const decls = trees.flatMap(({ ast }) =>
  ast.decls.map((decl) => ({ decl, package: ast.package?.parts.at(-1)?.text ?? '' })),
);

function namesOf(kind: string, of?: string): readonly string[] {
  return decls.flatMap(({ decl, package: name }) =>
    decl.kind === kind && (of ?? name) === name ? [`${name}.${decl.name.text}`] : [],
  );
}

test('every file parses', (t) => {
  t.deepEqual(
    trees.flatMap(({ diagnostics }) => diagnostics.map(({ message }) => message)),
    [],
  );
});

test('every provider maps requests and responses', (t) => {
  const providers = namesOf('provider', 'ai');
  t.true(providers.length >= 17);
  const text = `package all.providers
import std.ai
surface Chat: llm { providers [${providers.join(', ')}] }
detect Asked on Chat.request { severity low when model == "" }
detect Answered on Chat.response { severity low when model == "" }
${providers
  .map(
    (provider) => `test "asked ${provider}" on Chat.request { given file "a.json" as ${provider} expect not Asked }
test "answered ${provider}" on Chat.response { given file "a.json" as ${provider} expect not Answered }`,
  )
  .join('\n')}`;
  const result = checkText(text);
  t.deepEqual(saidBy(result), []);
  t.is(result.programs?.[0]?.entrypoints.length, 4 + 2 * providers.length);
});

test('every pattern is a pattern, every threat a threat', (t) => {
  const packages = ['pii', 'secrets', 'injection', 'unicode', 'attack'];
  const threats = decls.flatMap(({ decl }) =>
    decl.kind === 'threats'
      ? decl.entries.map(({ id }) => `owasp.${decl.edition.parts.map((part) => part.text).join('.')}.${id.text}`)
      : [],
  );
  t.is(threats.length, 70);
  t.true(namesOf('pattern', 'secrets').length > 25);
  const text = `package all.patterns
import std.owasp
${packages.map((name) => `import std.${name}`).join('\n')}
surface Chat: llm {}
${packages
  .map(
    (name, index) => `detect Rule${index} on Chat.request {
  severity low
  covers ${threats.join(', ')}
  find ${namesOf('pattern', name).join(', ')} in prompts[*].text
}`,
  )
  .join('\n')}`;
  t.deepEqual(saidBy(checkText(text)), []);
});

test('each pattern says what it finds', (t) => {
  const silent = decls
    .filter(({ decl }) => decl.kind === 'pattern' && decl.doc === '')
    .map(({ decl }) => decl.name.text);
  t.deepEqual(silent, []);
});

test('crosswalks lead from every id to an id that exists', (t) => {
  const lists = new Map(
    decls.flatMap(({ decl }) =>
      decl.kind === 'threats'
        ? [[decl.edition.parts.map((part) => part.text).join('.'), new Set(decl.entries.map(({ id }) => id.text))]]
        : [],
    ),
  );
  let crosswalks = 0;
  for (const { decl } of decls) {
    if (decl.kind !== 'crosswalk') continue;
    crosswalks++;
    const from = lists.get(decl.from.parts.map((part) => part.text).join('.'));
    const to = lists.get(decl.to.parts.map((part) => part.text).join('.'));
    for (const pair of decl.pairs) {
      t.true(from?.has(pair.from.text), pair.from.text);
      t.true(to?.has(pair.to.text), pair.to.text);
    }
    t.is(new Set(decl.pairs.map((pair) => pair.from.text)).size, decl.pairs.length);
  }
  t.is(crosswalks, 2);
});

test('every event of every surface', (t) => {
  const text = `package all.events
surface Api: api {}
surface Chat: llm {}
surface Tools: mcp {}
surface Net: net {}
surface Store: data {}
surface Cluster: k8s {}
detect A on Api.request { severity low when route == none && path.template == "" && client.ip == "" && body != none }
detect B on Api.response { severity low when route == none && path.text == "" && status > 399 }
detect C on Chat.request { severity low when prompts.exists(p, p.role == "user") && client.subject == "" }
detect D on Chat.response { severity low when tokens > 3 }
detect E on Tools.call { severity low when tool.server == "" && tool.name == "" && size(tool.arguments) == 0 }
detect F on Tools.result { severity low when is_error && structured != none }
detect G on Tools.describe { severity low when server == "" && name == "" }
detect H on Net.connection { severity low when source.workload == "" && destination.host == "" }
detect I on Store.write { severity low when store.kind == "" && items.exists(i, i.origin.kind == "web") }
detect J on Store.read { severity low when store.kind == "" }
detect K on Cluster.admission {
  severity low
  when namespace == "" && operation == "CREATE" && user.name == "" && object.metadata.name == "" && old_object == none
}`;
  t.deepEqual(saidBy(checkText(text)), []);
});
