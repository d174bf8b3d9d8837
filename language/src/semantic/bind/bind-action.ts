// The action of a `defend` rule to core: statuses, limits with their units, redactions. Amounts and windows are constants,
// so that an enforcer can be set up before the first request.

import type { Action, Expr, Name, Redaction } from '../../syntax/ast.ts';
import type { CoreAction, CoreRedaction } from '../core.ts';
import { spanIn } from '../symbols.ts';
import { didYouMean, isUnplaced, report } from './binder.ts';
import { bindLimit } from './bind-limit.ts';
import { bindSetAction } from './bind-set-action.ts';
import { inferConst } from './expressions.ts';
import { ruleTable } from './placed-rule.ts';
import type { RuleContext } from './rule-context.ts';
import { namedIn, textIn } from './rule-context.ts';

/** The action; undefined when it is at fault. */
export function bindAction(ctx: RuleContext, action: Action): CoreAction | undefined {
  switch (action.kind) {
    case 'block': {
      const status = action.status ? bindStatus(ctx, action.status) : 403;
      const message = action.message && textIn(ctx, action.message, 'a message');
      return status === undefined ? undefined : { kind: 'block', status, message };
    }
    case 'alert':
      return { kind: 'alert', message: action.message && textIn(ctx, action.message, 'a message') };
    case 'redact': {
      const rule = detectionWithMatches(ctx, action.rule);
      const redaction = bindRedaction(ctx, action.with);
      return rule === undefined || redaction === undefined ? undefined : { kind: 'redact', rule, with: redaction };
    }
    case 'strip': {
      const rule = detectionWithMatches(ctx, action.rule);
      return rule === undefined ? undefined : { kind: 'strip', rule };
    }
    case 'limit':
      return bindLimit(ctx, action);
    case 'quarantine':
      return { kind: 'quarantine', target: namedIn(ctx, action.target, 'the target of a quarantine') };
    case 'approve':
      return { kind: 'approve', by: namedIn(ctx, action.by, 'the name of an approver') };
    case 'permit':
      if (ctx.event.surface.settings.get('default') !== 'deny') {
        const surface = ctx.event.surface.decl.name.text;
        report(ctx.binder, 'permit-without-deny', { unit: ctx.unit, node: action }, { surface });
      }
      return { kind: 'permit' };
    case 'set':
      return bindSetAction(ctx, action);
  }
}

function bindStatus(ctx: RuleContext, expr: Expr): number | undefined {
  const { binder, unit } = ctx;
  const value = inferConst(binder, { unit, expr, scope: ctx.names.scope, expected: { kind: 'int' } });
  if (value?.kind !== 'int') return undefined;
  if (value.value >= 400n && value.value <= 599n) return Number(value.value);
  report(binder, 'invalid-status', { unit, node: expr }, { status: value.value });
  return undefined;
}

/** The index of a detection of this event that finds text. */
function detectionWithMatches(ctx: RuleContext, name: Name): number | undefined {
  const { binder, unit } = ctx;
  if (name.text === '') return undefined;
  const pack = ctx.rules[ctx.index]?.pack;
  const index = ruleTable(ctx.rules).indexOf(pack, name.text);
  binder.memo?.readRule(pack, name.text, index);
  const declared = ctx.rules[index];
  if (declared === undefined) {
    if (isUnplaced(binder, unit, name)) return undefined;
    binder.memo?.readNames();
    const { indexOf, namesFor } = ruleTable(ctx.rules);
    const candidates = [...namesFor(pack)].filter((each) => ctx.rules[indexOf(pack, each)]?.decl.kind === 'detect');
    report(binder, 'unknown-rule', { unit, node: name }, { name: name.text }, didYouMean(unit, name, candidates));
    return undefined;
  }
  binder.memo?.readName(declared.unit.package, declared.decl.name.text);
  const span = spanIn(declared.unit, declared.decl.name);
  binder.recorder?.bindings.set(name, { kind: 'rule', rule: index, name: name.text, declared: span });
  binder.used.add(declared.decl);
  if (declared.decl.kind === 'detect' && declared.decl.clauses.some((clause) => clause.kind === 'find')) return index;
  report(
    binder,
    'nothing-to-redact',
    { unit, node: name },
    { name: name.text },
    {
      labels: [{ span, text: 'finds no text' }],
    },
  );
  return undefined;
}

/** How matched text is replaced; `[kind]` unless said. */
function bindRedaction(ctx: RuleContext, written: Redaction | undefined): CoreRedaction | undefined {
  if (written === undefined) return { kind: 'template', parts: ['[', { hole: 'kind' }, ']'] };
  if (written.kind === 'template') return bindTemplate(ctx, written);
  const { binder, unit } = ctx;
  const name = written.name.text;
  const [first] = written.args;
  const bad = (usage: string): undefined => {
    report(binder, 'invalid-redaction', { unit, node: written }, { usage });
    return undefined;
  };
  switch (name) {
    case 'mask': {
      if (first === undefined) return { kind: 'mask', with: '*', keep: 0 };
      const keep = written.args[1] === undefined ? 0 : keptOf(written.args[1]);
      return first.kind === 'string' && [...first.value].length === 1 && keep !== undefined && written.args.length <= 2
        ? { kind: 'mask', with: first.value, keep }
        : bad('`mask("*")` with one character, or `mask("*", 4)` to keep the last ones, from 1 to 64');
    }
    case 'last': {
      const keep = first && written.args.length === 1 ? keptOf(first) : undefined;
      return keep === undefined ? bad('`last(4)`, with a number from 1 to 64') : { kind: 'mask', with: '*', keep };
    }
    case 'hash':
      return first === undefined ? { kind: 'template', parts: [{ hole: 'hash' }] } : bad('`hash`');
    case '':
      return undefined;
    default:
      return bad('a text such as `"[{kind}]"`, `mask("*")`, `last(4)` or `hash`');
  }
}

/** How many characters stay. */
function keptOf(expr: Expr): number | undefined {
  return expr.kind === 'int' && expr.value >= 1n && expr.value <= 64n ? Number(expr.value) : undefined;
}

function bindTemplate(ctx: RuleContext, written: Extract<Redaction, { kind: 'template' }>): CoreRedaction | undefined {
  const parts: (string | { readonly hole: 'kind' | 'hash' })[] = [];
  for (const part of written.template.parts) {
    const name = part.kind === 'text' || part.expr.kind !== 'name' ? '' : part.expr.name.text;
    if (part.kind === 'text') parts.push(part.value);
    else if (name === 'kind' || name === 'hash') parts.push({ hole: name });
    else {
      const usage = 'a text in which `{kind}` and `{hash}` are the only holes';
      report(ctx.binder, 'invalid-redaction', { unit: ctx.unit, node: part.expr }, { usage });
      return undefined;
    }
  }
  return { kind: 'template', parts };
}
