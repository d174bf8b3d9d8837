// A `test` to what a runner needs: the document (or the file that has it), the entrypoint that decides, and expectations
// with rules and paths resolved.

import type { Expectation, Expr, Name, TestDecl } from '../../syntax/ast.ts';
import { outcomeNames } from '../../syntax/tokens.ts';
import type { ExpectationModel, OutcomeName, TestModel } from '../model.ts';
import type { FileUnit } from '../symbols.ts';
import { dotted, spanIn } from '../symbols.ts';
import type { RecordType, Type } from '../types.ts';
import type { SurfaceEvent } from './bind-event.ts';
import type { FoundProvider } from './bind-provider.ts';
import { findMapping, resolveProvider } from './bind-provider.ts';
import type { Binder } from './binder.ts';
import { didYouMean, isUnplaced, report } from './binder.ts';
import { documentPath } from './document-paths.ts';
import { givenDocument } from './given-document.ts';
import { fileScope, isBroken, lookupPath } from './package-scope.ts';
import type { PlacedRule } from './placed-rule.ts';
import { ruleTable } from './placed-rule.ts';

interface TestContext {
  readonly binder: Binder;
  readonly unit: FileUnit;
  readonly event: SurfaceEvent;
  /** The rules of the event. */
  readonly rules: readonly PlacedRule[];
}

/** A provider whose wire format a test's file has. */
export interface TestProvider {
  readonly name: string;
  readonly found: FoundProvider;
}

export interface BoundTest {
  readonly model: TestModel;
  readonly provider: TestProvider | undefined;
}

/** The test; undefined when it cannot run. */
export function bindTest(ctx: TestContext, decl: TestDecl): BoundTest | undefined {
  const { binder, unit, event } = ctx;
  const { given } = decl;
  if (given === undefined) {
    report(binder, 'incomplete-test', { unit, node: decl.name }, { missing: '`given`' });
    return undefined;
  }
  if (decl.expect.length === 0) report(binder, 'incomplete-test', { unit, node: decl.name }, { missing: '`expect`' });
  const as = given.kind === 'file' ? given.as : undefined;
  const isAdmission = event.surface.kind === 'k8s';
  const operation = isAdmission ? bindOperation(ctx, as) : undefined;
  const provider = as && !isAdmission ? bindTestProvider(ctx, as) : undefined;
  if (isAdmission ? operation === undefined : as && provider === undefined) return undefined;
  const expect = decl.expect.flatMap((expectation) => bindExpectation(ctx, expectation, provider) ?? []);
  const base = {
    package: unit.package,
    name: decl.name.text,
    span: spanIn(unit, decl.name),
    surface: decl.on.surface.text,
    event: decl.on.event.text,
    expect,
  };
  if (given.kind === 'object') {
    const text = givenDocument(binder, unit, {
      object: given.value,
      record: event.record,
      kinds: event.kinds?.union,
      at: event.at,
    });
    return { model: { ...base, entrypoint: event.entrypoint, given: { kind: 'object', text } }, provider };
  }
  const path = documentPath(unit.file, given.path.value);
  const missing =
    binder.project.missing?.get(path) ?? (expectsMalformed(decl) ? undefined : binder.project.malformed?.get(path));
  if (missing !== undefined) {
    report(binder, 'missing-document', { unit, node: given.path }, { path: given.path.value, reason: missing });
    return undefined;
  }
  if (operation)
    return {
      model: { ...base, entrypoint: event.entrypoint, given: { kind: 'objects', path, operation } },
      provider: undefined,
    };
  const wrap = provider ? ['body'] : event.at;
  const entrypoint = provider ? `${event.entrypoint}/as/${provider.name}` : event.entrypoint;
  return { model: { ...base, entrypoint, given: { kind: 'file', path, wrap } }, provider };
}

function expectsMalformed({ expect }: TestDecl): boolean {
  return expect.some((one) => one.kind === 'outcome' && one.outcome.text === 'malformed');
}

const operations = ['CREATE', 'UPDATE', 'DELETE'] as const;

/** What is done with the objects of a file; undefined when it is at fault. */
function bindOperation(
  { binder, unit }: TestContext,
  as: { readonly parts: readonly Name[]; readonly start: number; readonly end: number } | undefined,
): (typeof operations)[number] | undefined {
  if (as === undefined) return 'CREATE';
  const name = dotted(as);
  const found = operations.find((operation) => operation === name);
  const last = as.parts.at(-1);
  if (found === undefined && last && last.text !== '') {
    const known = operations.map((operation) => `\`${operation}\``).join(', ');
    report(
      binder,
      'unknown-word',
      { unit, node: last },
      { what: 'operation', name, known },
      didYouMean(unit, last, operations),
    );
  }
  return found;
}

function bindTestProvider(
  ctx: TestContext,
  name: { readonly parts: readonly Name[]; readonly start: number; readonly end: number },
): TestProvider | undefined {
  const { binder, unit, event } = ctx;
  const result = lookupPath(fileScope(binder, unit), name.parts);
  const last = name.parts.at(-1);
  const found = resolveProvider(binder, unit, name.parts);
  if (found) {
    if (event.surface.kind === 'llm' && findMapping(binder, found, event.decl.name.text)) {
      return { name: found.decl.name.text, found };
    }
    report(binder, 'provider-without-event', { unit, node: name }, { name: dotted(name), event: event.decl.name.text });
    return undefined;
  }
  if ('found' in result && isBroken(result.found)) return undefined;
  const extra = last && 'missing' in result && result.missing > 0 ? didYouMean(unit, last, result.scope.names()) : {};
  report(binder, 'unknown-provider', { unit, node: name }, { name: dotted(name) }, extra);
  return undefined;
}

function bindExpectation(
  ctx: TestContext,
  expectation: Expectation,
  provider: TestProvider | undefined,
): ExpectationModel | undefined {
  const { binder, unit } = ctx;
  const span = spanIn(unit, expectation);
  switch (expectation.kind) {
    case 'fires': {
      const { start, end } = expectation.rule;
      const name: Name = { start, end, text: dotted(expectation.rule) };
      if (!ruleExists(ctx, name, outcomeNames)) return undefined;
      return { kind: 'fires', span, negated: expectation.negated, rule: name.text };
    }
    case 'outcome': {
      const outcome = outcomeNames.find((known): known is OutcomeName => known === expectation.outcome.text);
      if (outcome === undefined) {
        const name = expectation.outcome;
        if (name.text === '' || isUnplaced(binder, unit, name)) return undefined;
        binder.memo?.readNames();
        const candidates = [...outcomeNames, ...ruleTable(ctx.rules).namesFor(undefined)];
        report(binder, 'unknown-rule', { unit, node: name }, { name: name.text }, didYouMean(unit, name, candidates));
        return undefined;
      }
      if (expectation.by && !ruleExists(ctx, expectation.by, [])) return undefined;
      return { kind: 'outcome', span, negated: expectation.negated, outcome, by: expectation.by?.text };
    }
    case 'redacted': {
      if (provider) {
        report(
          binder,
          'invalid-redacted',
          { unit, node: expectation.target },
          { reason: 'the event is made from a recorded call' },
        );
        return undefined;
      }
      const path = pointerOf(ctx, expectation.target);
      if (path === undefined) return undefined;
      return { kind: 'redacted', span, negated: false, path, text: expectation.text.value };
    }
  }
}

function ruleExists(ctx: TestContext, name: Name, others: readonly string[]): boolean {
  const index = ruleTable(ctx.rules).indexOf(undefined, name.text);
  ctx.binder.memo?.readRule(undefined, name.text, index);
  const declared = ctx.rules[index];
  if (declared) {
    const span = spanIn(declared.unit, declared.decl.name);
    ctx.binder.recorder?.bindings.set(name, { kind: 'rule', rule: index, name: name.text, declared: span });
    return true;
  }
  if (name.text === '' || isUnplaced(ctx.binder, ctx.unit, name)) return false;
  ctx.binder.memo?.readNames();
  const candidates = [...ruleTable(ctx.rules).namesFor(undefined), ...others];
  const extra = didYouMean(ctx.unit, name, candidates);
  report(ctx.binder, 'unknown-rule', { unit: ctx.unit, node: name }, { name: name.text }, extra);
  return false;
}

/** `prompts[0].text` as a JSON Pointer into the event's document. */
function pointerOf(ctx: TestContext, target: Expr): string | undefined {
  const parts = wirePath(ctx, target);
  if (parts === undefined) {
    if (target.kind !== 'hole') {
      const reason = 'it needs a text of the event, such as `prompts[0].text`';
      report(ctx.binder, 'invalid-redacted', { unit: ctx.unit, node: target }, { reason });
    }
    return undefined;
  }
  const all = [...ctx.event.at, ...parts.keys];
  return all.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function wirePath(ctx: TestContext, expr: Expr): WirePath | undefined {
  const found = pathOf(ctx, expr);
  if (found) ctx.binder.recorder?.types.set(expr, found.type);
  return found;
}

interface WirePath {
  readonly keys: readonly string[];
  readonly type: Type;
}

function pathOf(ctx: TestContext, expr: Expr): WirePath | undefined {
  switch (expr.kind) {
    case 'name':
      return fieldAt(ctx, ctx.event.record, expr.name, []);
    case 'member': {
      const of = wirePath(ctx, expr.of);
      if (of === undefined) return undefined;
      const type = of.type.kind === 'optional' ? of.type.of : of.type;
      if (type.kind === 'record') return fieldAt(ctx, type.record, expr.name, of.keys);
      if (type.kind === 'union') return fieldAt(ctx, type.union.base, expr.name, of.keys);
      return type.kind === 'map' ? { keys: [...of.keys, expr.name.text], type: type.value } : undefined;
    }
    case 'index': {
      const of = wirePath(ctx, expr.of);
      if (of?.type.kind === 'list' && expr.index.kind === 'int') {
        return { keys: [...of.keys, String(expr.index.value)], type: of.type.of };
      }
      if (of?.type.kind === 'map' && expr.index.kind === 'string') {
        return { keys: [...of.keys, expr.index.value], type: of.type.value };
      }
      return undefined;
    }
    default:
      return undefined;
  }
}

function fieldAt(ctx: TestContext, record: RecordType, name: Name, keys: readonly string[]): WirePath | undefined {
  const field = record.fields().get(name.text);
  if (field === undefined) return undefined;
  ctx.binder.recorder?.fields.set(name, { field, record });
  return { keys: [...keys, field.wire], type: field.type };
}
