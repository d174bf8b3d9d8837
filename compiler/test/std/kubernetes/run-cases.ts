// A pack's cases on interpreter and modules: each rule fires on what it is against, leaves alone what it is not, and its message is
// whole.

import { checkProgram, type SourceFile } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import type { Decision } from '@rdp/runtime/contract';
import type { ExecutionContext } from 'ava';
import { lowerProgram } from '../../../src/ir/lower.ts';
import { agree, createDifferential } from '../../differential.ts';
import type { PackCases, Subject } from './case.ts';

/** Where a pack is from: the package to import, and its files and data where it is not the library's. */
export interface PackHome {
  readonly package: string;
  readonly files?: readonly SourceFile[];
  readonly data?: Readonly<Record<string, unknown>>;
}

/** Runs the cases of one application. */
export function runCases(t: ExecutionContext, { pack, settings = '', rules }: PackCases, home: PackHome): void {
  const { files = [], data = {} } = home;
  const text = `package cases\nimport ${home.package}\nsurface Cluster: k8s {}\napply ${pack} to Cluster as it { ${settings} }\n`;
  const { programs, diagnostics } = checkProgram({
    files: [...files, { path: 'cases.rdp', text }],
    documents: new Map(Object.entries(data)),
    std: stdFiles,
  });
  t.deepEqual(
    diagnostics.map(({ message }) => message),
    [],
  );
  const [program] = programs ?? [];
  if (program === undefined) return t.fail('no program');
  const differential = createDifferential(lowerProgram(program));
  const document = dataDocument(program.data, data);
  const firedOn = (subject: Subject): readonly string[] => {
    const request =
      'request' in subject ? subject['request'] : { operation: 'CREATE', namespace: 'shop', object: subject };
    const input = JSON.stringify({ request });
    const decided = agree(t, differential, { entrypoint: 'cases/Cluster/admission', input, data: document });
    const { reason, message = '', because = [], findings = [], records = [] } = JSON.parse(decided) as Decision; // what the contract says
    t.is(reason, undefined, `${input}: ${decided}`);
    t.notRegex(message, /\{|, ,/, input);
    return [...because, ...findings, ...records].map(({ rule }) => rule.replace(/^it\./, ''));
  };
  for (const [rule, { denied, admitted }] of Object.entries(rules)) {
    for (const subject of denied) t.true(firedOn(subject).includes(rule), `${rule}: ${JSON.stringify(subject)}`);
    for (const subject of admitted) t.false(firedOn(subject).includes(rule), `not ${rule}: ${JSON.stringify(subject)}`);
  }
}

/** The data document of a program: values of files at their paths. */
function dataDocument(
  named: readonly { readonly path: readonly string[]; readonly file: string }[],
  data: Readonly<Record<string, unknown>>,
): string {
  const root: Record<string, unknown> = {};
  for (const { path, file } of named) {
    let at = root;
    for (const key of path.slice(0, -1)) at = (at[key] ??= {}) as Record<string, unknown>; // made here
    at[path.at(-1) ?? ''] = data[file];
  }
  return JSON.stringify(root);
}
