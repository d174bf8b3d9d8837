// The packs for Kubernetes: each rule of each pack fires on what it is against and leaves alone what it is not, in interpreter and
// modules alike, and says so in words that name what is wrong.

import { checkProgram, parse } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import type { Decision } from '@rdp/runtime/contract';
import test from 'ava';
import { lowerProgram } from '../../src/ir/lower.ts';
import { agree, createDifferential } from '../differential.ts';
import type { RuleCases, Subject } from './kubernetes/case.ts';
import { exposurePacks } from './kubernetes/exposure-cases.ts';
import { imagePacks } from './kubernetes/image-cases.ts';
import { modelPacks } from './kubernetes/model-cases.ts';
import { podSecurityPacks } from './kubernetes/pod-security-cases.ts';
import { rbacPacks } from './kubernetes/rbac-cases.ts';
import { resourcePacks } from './kubernetes/resource-cases.ts';
import { secretPacks } from './kubernetes/secret-cases.ts';

const packs = [
  ...podSecurityPacks,
  ...imagePacks,
  ...rbacPacks,
  ...secretPacks,
  ...exposurePacks,
  ...resourcePacks,
  ...modelPacks,
];

for (const [index, { pack, settings = '', rules }] of packs.entries()) {
  test(`${index + 1}: ${[pack, settings].join(' ').trim()}`, (t) => {
    const [of = ''] = pack.split('.');
    const text = `package cases\nimport std.k8s.${of}\nsurface Cluster: k8s {}\napply ${pack} to Cluster as it { ${settings} }\n`;
    const { programs, diagnostics } = checkProgram({
      files: [{ path: 'cases.rdp', text }],
      documents: new Map(),
      std: stdFiles,
    });
    t.deepEqual(
      diagnostics.map(({ message }) => message),
      [],
    );
    const [program] = programs ?? [];
    if (program === undefined) return t.fail('no program');
    const differential = createDifferential(lowerProgram(program));
    const firedOn = (subject: Subject): readonly string[] => {
      const request =
        'request' in subject ? subject['request'] : { operation: 'CREATE', namespace: 'shop', object: subject };
      const input = JSON.stringify({ request });
      const text = agree(t, differential, { entrypoint: 'cases/Cluster/admission', input });
      const { reason, message = '', because = [], findings = [], records = [] } = JSON.parse(text) as Decision; // what the contract says
      t.is(reason, undefined, `${input}: ${text}`);
      t.notRegex(message, /\{|, ,/, input);
      return [...because, ...findings, ...records].map(({ rule }) => rule.replace(/^it\./, ''));
    };
    for (const [rule, { denied, admitted }] of Object.entries(rules)) {
      for (const subject of denied) t.true(firedOn(subject).includes(rule), `${rule}: ${JSON.stringify(subject)}`);
      for (const subject of admitted)
        t.false(firedOn(subject).includes(rule), `not ${rule}: ${JSON.stringify(subject)}`);
    }
  });
}

test('every rule of every pack has cases that it fires on, and others', (t) => {
  const has = (pack: string, rule: string, kind: keyof RuleCases): boolean =>
    packs.some((cases) => cases.pack === pack && (cases.rules[rule]?.[kind].length ?? 0) > 0);
  const rules = stdFiles
    .filter(({ package: of = '' }) => of.startsWith('std.k8s.'))
    .flatMap((file) =>
      parse(file).ast.decls.flatMap((decl) =>
        decl.kind === 'pack'
          ? decl.rules.map(
              (rule) => [`${file.package?.slice('std.k8s.'.length)}.${decl.name.text}`, rule.name.text] as const,
            )
          : [],
      ),
    );
  t.true(rules.length > 50);
  t.deepEqual(
    rules.filter(([pack, rule]) => !has(pack, rule, 'denied') || !has(pack, rule, 'admitted')),
    [],
  );
});
