// Binds one declaration of a session, so that the recorder has what its names and expressions stand for. With an offset it
// binds of a rule only what that place depends on: the conditions, and the clause that the offset is in.

import type { Clause, PackDecl, RuleDecl } from '../../syntax/ast.ts';
import { bindApply } from '../../semantic/bind/bind-apply.ts';
import { bindDeclaration } from '../../semantic/bind/bind-declaration.ts';
import { bindDeploy } from '../../semantic/bind/bind-deploy.ts';
import type { SurfaceEvent } from '../../semantic/bind/bind-event.ts';
import { checkEvent } from '../../semantic/bind/bind-event.ts';
import { bindExemptions } from '../../semantic/bind/bind-exemption.ts';
import { checkFnBody } from '../../semantic/bind/bind-fn.ts';
import { bindProviderSettings } from '../../semantic/bind/provider-settings.ts';
import { bindRecord } from '../../semantic/bind/bind-record.ts';
import { bindRule } from '../../semantic/bind/bind-rule.ts';
import { bindTest } from '../../semantic/bind/bind-test.ts';
import { inferValue } from '../../semantic/bind/expressions.ts';
import { bindSurface } from '../../semantic/bind/bind-surface.ts';
import { fileScope, isSurfaceKind } from '../../semantic/bind/package-scope.ts';
import type { PlacedRule } from '../../semantic/bind/placed-rule.ts';
import { checkMappings } from '../../semantic/bind/provider-entrypoint.ts';
import type { Declared, FileUnit, PackageSymbols } from '../../semantic/symbols.ts';
import { declaredAs, isRule, isValueDecl } from '../../semantic/symbols.ts';
import type { Session } from './session.ts';
import { ruleContextOf } from './session.ts';

/** Binds `declared`, or what of it stands around `offset`. */
export function bindOne(session: Session, declared: Declared, offset?: number): void {
  const { binder } = session;
  const { decl, unit } = declared;
  const symbols = binder.packages.get(unit.package);
  if (symbols === undefined) return;
  if (isRule(decl)) bindOwnRule(session, symbols, { decl, unit }, offset);
  if (isValueDecl(decl)) {
    const binding = bindDeclaration(binder, declared);
    if (binding.kind === 'type' && binding.type.kind === 'record') binding.type.record.fields();
  }
  switch (decl.kind) {
    case 'surface':
      if (isSurfaceKind(decl.surfaceKind.text)) bindSurface(binder, decl, unit);
      break;
    case 'fn':
      checkFnBody(binder, decl, unit);
      break;
    case 'event':
      checkEvent(binder, decl, unit);
      break;
    case 'inventory': {
      const scope = fileScope(binder, unit);
      bindRecord(binder, { unit, name: decl.name.text, doc: decl.doc, fields: decl.fields, scope }).fields();
      break;
    }
    case 'provider':
      bindProviderSettings(binder, decl, unit);
      checkMappings(binder, decl, unit);
      break;
    case 'pack':
      bindPack(session, { decl, unit }, offset);
      break;
    case 'apply': {
      const target = session.surfaceOf(symbols, decl.surface.text);
      if (target) bindApply(binder, { decl, unit }, target);
      break;
    }
    case 'exempt':
      bindExempted(session, symbols, decl.name.text);
      break;
    case 'test': {
      const event = eventOf(session, symbols, decl.on);
      if (event) bindTest({ binder, unit, event, rules: session.rulesOn(symbols, event) }, decl);
      break;
    }
    case 'deploy':
      bindDeploy(binder, decl, { unit, symbols, rules: new Set(symbols.rules.keys()) });
      break;
    default:
  }
}

/** The event that a rule or test of a package is on. */
export function eventOf(session: Session, symbols: PackageSymbols, on: RuleDecl['on']): SurfaceEvent | undefined {
  return session.surfaceOf(symbols, on.surface.text)?.events.get(on.event.text);
}

function bindOwnRule(
  session: Session,
  symbols: PackageSymbols,
  { decl, unit }: Declared<RuleDecl>,
  offset: number | undefined,
): void {
  const event = eventOf(session, symbols, decl.on);
  if (event === undefined) bindUnplaced(session, unit, decl);
  else bindPlaced(session, event, { decl, rules: session.rulesOn(symbols, event), offset });
}

function bindPlaced(
  session: Session,
  event: SurfaceEvent,
  {
    decl,
    rules,
    offset,
  }: { readonly decl: RuleDecl; readonly rules: readonly PlacedRule[]; readonly offset: number | undefined },
): void {
  const index = rules.findIndex((rule) => rule.decl === decl);
  const part = offset === undefined ? decl : { ...decl, clauses: clausesAround(decl.clauses, offset) };
  const placed = rules.map((rule, at) => (at === index ? { ...rule, decl: part } : rule));
  const ctx = ruleContextOf(session, event, { rules: offset === undefined ? rules : placed, index });
  if (ctx) bindRule(ctx, undefined);
}

/** The conditions, which say what is known elsewhere in the rule, and the clause at `offset`. */
function clausesAround(clauses: readonly Clause[], offset: number): readonly Clause[] {
  const isAt = ({ start, end }: Clause): boolean => start <= offset && offset <= end;
  // What a message may say follows from what the rule finds or counts.
  const inMessage = clauses.some((clause) => clause.kind === 'message' && isAt(clause));
  return clauses.filter(
    (clause) =>
      (clause.kind === 'when' && clause.start <= offset) ||
      isAt(clause) ||
      (inMessage && (clause.kind === 'find' || clause.kind === 'score')),
  );
}

/** A rule whose event does not exist: its expressions see what its file does. */
function bindUnplaced({ binder }: Session, unit: FileUnit, decl: RuleDecl): void {
  const scope = fileScope(binder, unit);
  for (const clause of decl.clauses) {
    if (clause.kind === 'when' || clause.kind === 'score') {
      inferValue(binder, { unit, expr: clause.condition, scope });
    }
  }
}

function bindPack(session: Session, declared: Declared<PackDecl>, offset: number | undefined): void {
  const pack = session.packOf(declared);
  if (pack === undefined) return;
  for (const [event, rules] of pack.rules) {
    for (const { decl } of rules) {
      if (offset !== undefined && (offset < decl.start || offset > decl.end)) continue;
      bindPlaced(session, event, { decl, rules, offset });
    }
  }
}

/** The exemptions of the rule that is called `name`, or `pack.name`. */
function bindExempted(session: Session, symbols: PackageSymbols, name: string): void {
  for (const { decl } of declaredAs(symbols, 'surface')) {
    for (const event of session.surfaceOf(symbols, decl.name.text)?.events.values() ?? []) {
      const rules = session.rulesOn(symbols, event);
      const index = rules.findIndex((rule) => rule.name === name);
      const ctx = index < 0 ? undefined : ruleContextOf(session, event, { rules, index });
      if (ctx) bindExemptions(ctx, name, undefined);
    }
  }
}
