// `find patterns in texts` → whether one of the patterns stands in one of the texts, in CEL. How many matches there are, and where, CEL
// cannot tell.
// INVARIANT: all texts are read before any is searched, where reading one may fail.

import type { CoreExpr, CoreFind, CoreRule } from '@rdp/language';
import { mayFail } from '../../ir/may-fail.ts';
import { celBool, celName, celString, either, listOf, method, type Cel } from './cel.ts';
import { patternText } from './emit-pattern.ts';
import { present, type Emission } from './emission.ts';

type Test = (text: Cel) => Cel;

/** Whether a rule finds anything. */
export function emitFinds(em: Emission, { finds }: CoreRule): Cel {
  return finds.map((find) => emitFind(em, find)).reduce(either, celBool(false));
}

function emitFind(em: Emission, { view, texts, patterns }: CoreFind): Cel {
  if (view !== 'plain') return em.refuse('CEL has no normalised view of a text');
  const test: Test = (text) =>
    patterns
      .map((pattern): Cel => {
        const found = patternText(pattern);
        if (found.kind === 'refused') return em.refuse(found.reason);
        if (found.matchesEmpty) return em.refuse(`CEL cannot tell whether a match of \`${pattern.name}\` is empty`);
        return method(text, 'matches', celString(found.regex));
      })
      .reduce(either, celBool(false));
  if (!mayFail(texts)) return anyText(em, texts, test);
  em.orderless.add(texts);
  return anyOf(em, 'texts', listOf([em.recursion.value(em, texts)]), (all) => anyOf(em, 'text', all, test));
}

function anyOf(em: Emission, name: string, of: Cel, test: Test): Cel {
  const variable = em.freshName(name);
  return { op: 'macro', macro: 'exists', of, variables: [variable], body: test(celName(variable)) };
}

/** Whether `test` holds for one text of a list that is put together of lists. */
function anyText(em: Emission, texts: CoreExpr, test: Test): Cel {
  em.orderless.add(texts);
  if (texts.op === 'list' && texts.optionals.length === 0) {
    return texts.items.map((item) => test(em.recursion.value(em, item))).reduce(either, celBool(false));
  }
  if (texts.op === 'call' && texts.builtin === 'list_flatten' && texts.args[0]) {
    return anyInside(em, texts.args[0], (inner) => anyText(em, inner, test));
  }
  if (isPlainMap(texts)) return anyInside(em, texts, (item) => test(em.recursion.value(em, item)));
  return anyOf(em, 'text', em.recursion.value(em, texts), test);
}

function anyInside(em: Emission, lists: CoreExpr, test: (body: CoreExpr) => Cel): Cel {
  if (!isPlainMap(lists)) return em.refuse('CEL cannot put these texts together');
  return anyOf(em, 'item', em.recursion.value(em, lists.range), (item) => {
    em.locals.set(lists.item, present(item));
    return test(lists.body);
  });
}

/** `list.map(item, body)`, without filter. */
function isPlainMap(expr: CoreExpr): expr is CoreExpr & { readonly op: 'loop' } {
  return (
    expr.op === 'loop' &&
    expr.macro === 'map' &&
    expr.value === undefined &&
    expr.filter === undefined &&
    expr.range.type.kind === 'list'
  );
}
