// A pattern declaration to what is looked for: regular expressions and word lists, each with its validator and context
// words. Unions and `*` are resolved here, so that nobody after this knows of them. The `where` of a union applies to each
// member in addition to the member's own.

import { checkRegex } from '../../pattern-syntax/parse-regex.ts';
import { checkWords } from '../../pattern-syntax/words-tree.ts';
import type { PatternDecl, QualifiedName, RegexLiteral } from '../../syntax/ast.ts';
import type { CoreExpr, CorePattern } from '../core.ts';
import type { Binding, Scope } from '../scope.ts';
import type { FileUnit } from '../symbols.ts';
import { dotted, spanIn } from '../symbols.ts';
import type { Binder } from './binder.ts';
import { report } from './binder.ts';
import { inferBool, inferConst } from './expressions.ts';
import { nameAdvice } from './import-advice.ts';
import { fileScope, isBroken, lookupPath } from './package-scope.ts';
import type { SettingSchema, SettingType } from '../setting-schema.ts';
import { checkSettings } from './settings.ts';

/** Texts in a row are one text, so that an example need not look like a live secret. */
const joinedTexts: readonly SettingType[] = Array.from({ length: 16 }, () => 'text');

const patternSettings: SettingSchema = {
  /** A text in which the pattern has a match. */
  example: { values: joinedTexts, repeated: true },
  /** A text in which it has none. */
  counterexample: { values: joinedTexts, repeated: true },
  /** Where the format is described. */
  source: { values: joinedTexts, repeated: true },
  /** How sure a match is, from 0 to 1. */
  score: { values: ['number'] },
};

/** The patterns that a name stands for, unions resolved; sorted by full name, each once. */
export function bindPattern(binder: Binder, decl: PatternDecl, unit: FileUnit): Binding {
  const scope = fileScope(binder, unit);
  const declared = spanIn(unit, decl.name);
  const where = decl.where && bindWhere(binder, unit, decl, scope);
  const near = decl.near && bindNear(binder, unit, decl, scope);
  const settings = checkSettings(binder, unit, {
    settings: decl.settings,
    schema: patternSettings,
    owner: decl.name,
    what: 'a pattern',
  });
  const score = Number(settings.get('score') ?? 1);
  if (!(score >= 0 && score <= 1)) {
    const node = decl.settings.find(({ name }) => name.text === 'score') ?? decl.name;
    report(binder, 'invalid-setting', { unit, node }, { name: 'score', wanted: 'a number from 0 to 1' });
  }
  const own = { kind: decl.name.text, name: `${unit.package}.${decl.name.text}`, where, near };
  const body = decl.body;
  switch (body.kind) {
    case 'hole':
      return { kind: 'pattern', patterns: [], declared };
    case 'regex': {
      const regex = body.regexes.map(({ pattern }) => pattern).join('');
      checkRegexLiterals(binder, unit, body.regexes, regex);
      return { kind: 'pattern', patterns: [{ ...own, body: bodyOf(body, { kind: 'regex', regex }) }], declared };
    }
    case 'words': {
      const words = body.words.map((word) => word.value);
      for (const word of body.words) {
        if (word.value.trim() === '') report(binder, 'empty-word', { unit, node: word }, {});
      }
      const fault = checkWords(words);
      if (fault) report(binder, fault.kind, { unit, node: decl.name }, { reason: fault.message });
      if (words.length === 0) report(binder, 'empty-word', { unit, node: decl.name }, {});
      return { kind: 'pattern', patterns: [{ ...own, body: bodyOf(body, { kind: 'words', words }) }], declared };
    }
    case 'union':
      return {
        kind: 'pattern',
        patterns: narrow(
          binder,
          own,
          body.members.flatMap((name) => resolvePattern(binder, unit, name, scope)),
        ),
        declared,
      };
    case 'package': {
      binder.memo?.readNames();
      const symbols = binder.packages.get(unit.package);
      const others = [...(symbols?.values.values() ?? [])].filter(
        (other) => other.decl.kind === 'pattern' && other.decl !== decl && other.decl.body.kind !== 'package',
      );
      const patterns = others.flatMap((other) => {
        binder.used.add(other.decl);
        const binding = binder.late.bindDeclaration(binder, other);
        return binding.kind === 'pattern' ? binding.patterns : [];
      });
      return { kind: 'pattern', patterns: narrow(binder, own, patterns), declared };
    }
  }
}

const bodies = new WeakMap<PatternDecl['body'], CorePattern['body']>();

/** The same object for the same syntax, so that what is made of a pattern can be kept while its text stays. */
function bodyOf(syntax: PatternDecl['body'], body: CorePattern['body']): CorePattern['body'] {
  const known = bodies.get(syntax);
  if (known) return known;
  bodies.set(syntax, body);
  return body;
}

/** Says what is wrong with the expression that literals in a row are, at its place. The library's were checked when made. */
function checkRegexLiterals(binder: Binder, unit: FileUnit, literals: readonly RegexLiteral[], regex: string): void {
  if (!binder.ownPaths.has(unit.file.path)) return;
  const fault = checkRegex(regex);
  if (fault === undefined) return;
  let ahead = 0;
  for (const literal of literals) {
    const { length } = literal.pattern;
    const last = literal === literals.at(-1);
    if (fault.at < ahead + length || last) {
      // `re"` stands ahead of the pattern; an escaped quote makes the text longer than what it means.
      const exact = literal.end - literal.start === length + 4;
      const start = literal.start + 3 + fault.at - ahead;
      const end = literal.start + 3 + Math.min(fault.end - ahead, length);
      report(
        binder,
        fault.kind,
        { unit, node: exact ? { start, end: Math.max(start, end) } : literal },
        { reason: fault.message },
      );
      return;
    }
    ahead += length;
  }
}

/** The patterns that `name` stands for in `scope`; a fault is reported and gives none. */
export function resolvePattern(
  binder: Binder,
  unit: FileUnit,
  name: QualifiedName,
  scope: Scope,
): readonly CorePattern[] {
  const result = lookupPath(scope, name.parts);
  const last = name.parts.at(-1);
  if ('found' in result) {
    if (last) binder.recorder?.bindings.set(last, result.found);
    if (result.found.kind === 'pattern') return result.found.patterns;
    // A cycle, or a package that is missing, has been reported.
    if (isBroken(result.found)) return [];
    report(binder, 'not-a-pattern', { unit, node: name }, { name: dotted(name) });
    return [];
  }
  const part = name.parts[result.missing] ?? last;
  if (part && part.text !== '') {
    report(
      binder,
      'unknown-pattern',
      { unit, node: part },
      { name: dotted(name) },
      nameAdvice(binder, unit, part, result),
    );
  }
  return [];
}

interface Narrowing {
  readonly name: string;
  readonly where: CorePattern['where'];
  readonly near: CorePattern['near'];
}

function narrow(binder: Binder, own: Narrowing, patterns: readonly CorePattern[]): readonly CorePattern[] {
  const byName = new Map<string, CorePattern>();
  for (const pattern of patterns) {
    if (!own.where && !own.near) byName.set(pattern.name, pattern);
    else {
      // Narrowed, it is another pattern than the one that it was made from.
      const where = bothHold(binder, pattern.where, own.where);
      byName.set(pattern.name, {
        ...pattern,
        name: `${own.name}:${pattern.name}`,
        where,
        near: own.near ?? pattern.near,
      });
    }
  }
  return [...byName.keys()].toSorted().flatMap((name) => byName.get(name) ?? []);
}

function bothHold(binder: Binder, first: CorePattern['where'], second: CorePattern['where']): CorePattern['where'] {
  if (!first || !second) return first ?? second;
  const match = binder.nextLocal++;
  const text: CoreExpr['type'] = { kind: 'string', sensitive: true };
  const bind = (where: NonNullable<CorePattern['where']>): CoreExpr => ({
    op: 'let',
    id: where.match,
    value: { op: 'local', id: match, type: text },
    body: where.condition,
    type: { kind: 'bool' },
  });
  return { match, condition: { op: 'and', left: bind(first), right: bind(second), type: { kind: 'bool' } } };
}

function bindWhere(binder: Binder, unit: FileUnit, decl: PatternDecl, scope: Scope): CorePattern['where'] {
  if (!decl.where) return undefined;
  const match = binder.nextLocal++;
  // The text of a candidate is what the pattern is there to protect.
  const value: Binding = { kind: 'value', core: { op: 'local', id: match, type: { kind: 'string', sensitive: true } } };
  const inner: Scope = {
    // A pattern is no part of its own condition: `iban(match)` inside the pattern `iban` is the validator.
    lookup: (name) => (name === 'match' ? value : name === decl.name.text ? undefined : scope.lookup(name)),
    names: function* () {
      yield 'match';
      yield* scope.names();
    },
  };
  const condition = inferBool(binder, { unit, expr: decl.where, scope: inner });
  return condition && { match, condition };
}

function bindNear(binder: Binder, unit: FileUnit, decl: PatternDecl, scope: Scope): CorePattern['near'] {
  if (!decl.near) return undefined;
  const value = inferConst(binder, { unit, expr: decl.near.within, scope, expected: { kind: 'int' } });
  const within = value?.kind === 'int' ? Number(value.value) : undefined;
  if (within === undefined) return undefined;
  if (within < 1 || within > 10_000) {
    report(binder, 'near-distance', { unit, node: decl.near.within }, { found: within });
    return undefined;
  }
  return { words: decl.near.words.map((word) => word.value), within };
}
