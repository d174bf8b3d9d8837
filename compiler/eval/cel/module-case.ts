// Evaluates cases with the compiled module, through the runtime that ships: each case is an entrypoint whose only rule fires
// when the expression has the expected value and type; a case that expects an error must decide `evaluation_error`.
// Many entrypoints share a module; when one cannot be compiled, the others of its module are compiled by themselves.

import type { CoreEntrypoint, CoreExpr, CoreProgram, CoreRule, Type } from '@rdp/language';
import { bytesSource, createEnforcer } from '@rdp/runtime';
import { buildBundle } from '../../src/cli/build-bundle.ts';
import type { CelCase, CelValue } from './cases.ts';
import { dynConstant, dynOf } from './constants.ts';
import type { Elaborated } from './elaborate.ts';
import { showCel } from './interpret-case.ts';

/** Cases whose expression CEL and the interpreter agree on. */
export interface ModuleCase {
  readonly test: CelCase;
  readonly elaborated: Elaborated;
}

const chunkSize = 40;

/** What disagrees, by the case's id. */
export async function runModules(cases: readonly ModuleCase[]): Promise<ReadonlyMap<string, string>> {
  const disagreements = new Map<string, string>();
  const evaluated = cases.filter(({ test }) => test.expected.kind !== 'type');
  for (let at = 0; at < evaluated.length; at += chunkSize) {
    const chunk = evaluated.slice(at, at + chunkSize);
    try {
      await runChunk(chunk, disagreements);
    } catch {
      for (const one of chunk) {
        try {
          await runChunk([one], disagreements);
        } catch (error) {
          disagreements.set(
            one.test.id,
            `cannot be compiled: ${error instanceof Error ? error.message : String(error)}`,
          );
        }
      }
    }
  }
  return disagreements;
}

async function runChunk(chunk: readonly ModuleCase[], disagreements: Map<string, string>): Promise<void> {
  const program: CoreProgram = {
    package: 'cel',
    entrypoints: chunk.map((one, index) => entrypointOf(one, index)),
    data: [],
  };
  const { bundle } = await buildBundle([program], { root: '.', revision: undefined, signing: undefined });
  const enforcer = createEnforcer({ source: bytesSource(bundle), limits: { warmUp: 0 } });
  const outcome = await enforcer.ready;
  if (outcome.kind === 'problem') throw new Error(outcome.problem.message);
  for (const [index, { test, elaborated }] of chunk.entries()) {
    const input = Object.fromEntries([...elaborated.variables].map(([name, value]) => [name, jsonOf(value)]));
    const decision = enforcer.decide(entrypointName(index), input);
    const reason = judge(test, decision);
    if (reason !== undefined) disagreements.set(test.id, reason);
  }
  enforcer.close();
}

function judge(
  test: CelCase,
  decision: { readonly reason?: string; readonly because?: readonly unknown[] },
): string | undefined {
  if (test.expected.kind === 'error') {
    return decision.reason === 'evaluation_error' ? undefined : `decides ${JSON.stringify(decision)}, not an error`;
  }
  if (decision.reason === undefined && (decision.because?.length ?? 0) > 0) return undefined;
  const wanted = test.expected.kind === 'value' ? showCel(test.expected.value) : '';
  return `decides ${JSON.stringify(decision)}; the value should be ${wanted}`;
}

function entrypointName(index: number): string {
  return `cel/Case${index}/evaluation`;
}

function entrypointOf(one: ModuleCase, index: number): CoreEntrypoint {
  const span = { file: { path: 'case.cel', text: one.test.expr }, start: 0, end: 0 };
  const rule: CoreRule = {
    name: 'Agrees',
    verb: 'detect',
    mode: 'enforce',
    span,
    condition: conditionOf(one.test, one.elaborated.core),
    finds: [],
    scores: [],
    threshold: 0,
    exemptions: [],
    severity: 'low',
    covers: [],
    message: undefined,
    records: [],
    flows: [],
    action: undefined,
    facts: [],
  };
  return {
    name: entrypointName(index),
    surface: `Case${index}`,
    surfaceKind: 'api',
    event: 'evaluation',
    at: [],
    input: one.elaborated.input,
    defaultDeny: false,
    onMalformed: 'block',
    rules: [rule],
  };
}

/** Whether the case's value is the expected one, with its type. */
function conditionOf(test: CelCase, core: CoreExpr): CoreExpr {
  if (test.expected.kind !== 'value') return { op: 'equal', left: dynOf(core), right: dynOf(core), type: bool };
  const { value } = test.expected;
  if (value.kind === 'double' && Number.isNaN(value.value)) {
    return { op: 'call', builtin: 'float_is_nan', args: [core], type: bool };
  }
  const same: CoreExpr = { op: 'equal', left: dynOf(core), right: dynConstant(value), type: bool };
  const typed: CoreExpr = {
    op: 'equal',
    left: { op: 'call', builtin: 'dyn_type', args: [dynOf(core)], type: { kind: 'type' } },
    right: { op: 'call', builtin: 'dyn_type', args: [dynConstant(value)], type: { kind: 'type' } },
    type: bool,
  };
  return { op: 'and', left: same, right: typed, type: bool };
}

const bool: Type = { kind: 'bool' };

function jsonOf(value: CelValue): unknown {
  switch (value.kind) {
    case 'bool':
    case 'string':
      return value.value;
    case 'int':
      return Number(value.value);
    case 'list':
      return value.items.map(jsonOf);
    case 'map':
      return Object.fromEntries(value.entries.map(([key, of]) => [key.kind === 'string' ? key.value : '', jsonOf(of)]));
    default:
      return null;
  }
}
