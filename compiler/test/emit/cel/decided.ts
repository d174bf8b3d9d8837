// A policy's source → its rules, each as the module decides it and as the native policy that is emitted for it says it.

import { checkProgram, type CoreEntrypoint } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import { emitAdmissionPolicies, type NativePolicies } from '../../../src/emit/k8s/admission-policies.ts';
import { interpret } from '../../../src/ir/interpret/interpret.ts';
import type { Ir } from '../../../src/ir/ir.ts';
import { neededRules } from '../../../src/ir/walk-core.ts';
import { lowerProgram } from '../../../src/ir/lower.ts';
import { clusterTarget } from './cluster-target.ts';
import type { JsonPatch } from './kubernetes-cel.ts';
import type { Request } from './reviews.ts';

/** A policy with what is emitted for its admission event. */
export interface DecidedPolicy {
  readonly entrypoint: CoreEntrypoint;
  readonly ir: Ir;
  readonly policies: NativePolicies;
}

/**
 * What the module makes of a rule. Where a rule that it names has an error, the whole decision is a block for that one, and this one
 * may see the error or not.
 */
export type RuleDecision = 'fired' | 'not fired' | 'error' | 'not fired, or the error of another' | 'malformed';

/** Minor version of the cluster, and packages that the rules need beside `std.k8s`. */
export interface PolicyOptions {
  readonly minor?: number;
  readonly imports?: readonly string[];
}

/** A policy in the package `t` with the surface `S`. */
export function decidedPolicy(rules: string, { minor = 36, imports = [] }: PolicyOptions = {}): DecidedPolicy {
  const needed = ['std.k8s', ...imports].map((name) => `import ${name}`).join('\n');
  const { programs, diagnostics } = checkProgram({
    files: [{ path: 'p.rdp', text: `package t\n${needed}\nsurface S: k8s {}\n${rules}\n` }],
    documents: new Map([['data.json', ['x']]]),
    std: stdFiles,
  });
  const [program] = programs ?? [];
  const entrypoint = program?.entrypoints[0];
  if (program === undefined || entrypoint === undefined) {
    throw new Error(`${rules}: ${diagnostics.map(({ message }) => message).join('\n')}`);
  }
  const target = clusterTarget(minor);
  const policies = emitAdmissionPolicies({ entrypoint, target, namespace: 'rdp-system' });
  return { entrypoint, ir: lowerProgram(program), policies };
}

/** A condition as the rule `R`. */
export function ruleOf(condition: string): string {
  return `defend R on S.admission { when ${condition} block "no" }`;
}

/** Whether a native policy that `said` so decides as the module. */
export function agrees(said: 'fired' | 'not fired' | 'error', decided: RuleDecision | undefined): boolean {
  return decided === 'not fired, or the error of another' ? said !== 'fired' : said === decided;
}

/** The object after the module's patches; undefined where the decision is none. */
export function changedBy(ir: Ir, entrypoint: CoreEntrypoint, request: Request): unknown {
  const input = new TextEncoder().encode(JSON.stringify({ request }));
  const text = interpret({ ir, entrypoint: entrypoint.name, input, data: {} });
  const { reason, patches = [] } = JSON.parse(text) as {
    readonly reason?: string;
    readonly patches?: readonly JsonPatch[];
  }; // a decision
  return reason === undefined ? patched(request['object'], patches) : undefined;
}

/** The value after the operations `add` and `replace` of RFC 6902. */
export function patched(value: unknown, patches: readonly JsonPatch[]): unknown {
  return patches.reduce((before, { op, path, value: item }) => {
    const keys = path
      .split('/')
      .slice(1)
      .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
    return put(before, keys, { item, insert: op === 'add' });
  }, value);
}

function put(of: unknown, [key = '', ...rest]: readonly string[], what: Put): unknown {
  if (Array.isArray(of)) {
    const at = key === '-' ? of.length : Number(key);
    const item: unknown = rest.length === 0 ? what.item : put(of[at], rest, what);
    return of.toSpliced(at, rest.length === 0 && what.insert ? 0 : 1, item);
  }
  if (typeof of !== 'object' || of === null) throw new Error(`there is no ${key} to change`);
  const member = (of as Readonly<Record<string, unknown>>)[key]; // an object of JSON
  return { ...of, [key]: rest.length === 0 ? what.item : put(member, rest, what) };
}

interface Put {
  readonly item: unknown;
  readonly insert: boolean;
}

/** What the module decides about each rule of the entrypoint. */
export function decisionsOf(ir: Ir, entrypoint: CoreEntrypoint, request: Request): readonly RuleDecision[] {
  const fired = new Map<number, boolean>();
  const text = interpret({
    ir,
    entrypoint: entrypoint.name,
    input: new TextEncoder().encode(JSON.stringify({ request })),
    data: {},
    trace: ({ rule, fired: did }) => fired.set(rule, did),
  });
  const { reason } = JSON.parse(text) as { readonly reason?: string }; // a decision
  return entrypoint.rules.map((rule, index) => {
    if (reason === 'malformed_input') return 'malformed';
    const did = fired.get(index);
    const needed = neededRules(rule).some((other) => !fired.has(other));
    if (did === undefined) return 'error';
    return did ? 'fired' : needed ? 'not fired, or the error of another' : 'not fired';
  });
}
