// Changes of a whole rule: a test that it lacks, an exemption, documentation, doing what it only observes.

import { dotted, isRule, type Field, type RecordType, type TextEdit, type Type, type ast } from '@rdp/language';
import type { OpenSelection, Refactor } from './refactor.ts';

/** What can be done with the declaration whose head, or clause, a selection is in. */
export function ruleRefactors(open: OpenSelection): readonly Refactor[] {
  const { declared, range } = open;
  if (declared === undefined) return [];
  const { decl } = declared;
  const found: (Refactor | undefined)[] = [];
  const mode = isRule(decl) ? decl.clauses.find(({ kind }) => kind === 'mode') : undefined;
  if (mode?.kind === 'mode' && mode.start <= range.end && range.start <= mode.end && isRule(decl)) {
    found.push(enforced(open, decl, mode));
  }
  const isAtName = decl.name.start <= range.end && range.start <= decl.name.end;
  const isInHead = isAtName || (decl.start <= range.start && range.end <= decl.name.end);
  if (isInHead && decl.doc === '') found.push(documented(open, decl));
  if (isInHead && isRule(decl)) found.push(tested(open, decl), exempted(open, decl));
  return found.filter((each) => each !== undefined);
}

/** `mode observe` → nothing: the rule does what it says. */
function enforced({ unit }: OpenSelection, decl: ast.RuleDecl, mode: ast.ModeClause): Refactor | undefined {
  const word = mode.mode.text;
  if (word !== 'observe' && word !== 'warn') return undefined;
  const action = decl.clauses.find(({ kind }) => kind === 'action');
  const does = action?.kind === 'action' ? ` (it will ${action.action.kind})` : '';
  const { start, end } = mode.mode;
  return {
    title: `turn \`${word}\` into \`enforce\`${does}`,
    kind: 'rewrite',
    edits: [{ span: { file: unit.file, start, end }, text: 'enforce' }],
  };
}

function documented({ unit }: OpenSelection, decl: ast.Decl): Refactor | undefined {
  if (decl.kind === 'use' || decl.kind === 'test' || decl.kind === 'apply' || decl.kind === 'exempt') return undefined;
  const at = decl.start;
  return {
    title: 'add documentation',
    kind: 'rewrite',
    edits: [{ span: { file: unit.file, start: at, end: at }, text: `/// ${words(decl.name.text)}.\n` }],
  };
}

/** `StopSecrets` → `Stop secrets` */
function words(name: string): string {
  const text = name
    .replaceAll('_', ' ')
    .replace(/([a-z0-9])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A test in which the rule fires, where none names it: the event is left to fill in. */
function tested({ inspector, unit }: OpenSelection, decl: ast.RuleDecl): Refactor | undefined {
  const surface = inspector.surface(unit, decl.on.surface.text);
  const event = surface?.events.get(decl.on.event.text);
  if (event === undefined) return undefined;
  const declared = inspector.package(unit.package)?.declared ?? [];
  if (declared.some((other) => other.decl.kind === 'test' && names(other.decl, decl))) return undefined;
  const given = event.surface.kind === 'k8s' ? 'file "requests/object.yaml"' : recordSample(event.record, 3);
  const expect = expectation(decl);
  const on = `${decl.on.surface.text}.${decl.on.event.text}`;
  const text = `\n\ntest "${words(decl.name.text).toLowerCase()}" on ${on} {\n  given  ${given}\n  expect ${expect}\n}`;
  return { title: 'add a test of this rule', kind: 'rewrite', edits: [behind(unit.file, decl, text)] };
}

function names({ expect }: ast.TestDecl, rule: ast.RuleDecl): boolean {
  return expect.some(
    (one) =>
      (one.kind === 'fires' && dotted(one.rule) === rule.name.text) ||
      (one.kind === 'outcome' && one.by?.text === rule.name.text),
  );
}

function expectation({ kind, name, clauses }: ast.RuleDecl): string {
  if (kind !== 'defend') return name.text;
  const clause = clauses.find((each) => each.kind === 'action');
  const action = clause?.kind === 'action' ? clause.action.kind : 'block';
  switch (action) {
    case 'block':
      return `blocked by ${name.text}`;
    case 'alert':
      return `alerted by ${name.text}`;
    case 'limit':
      return `limited by ${name.text}`;
    case 'quarantine':
      return `quarantined by ${name.text}`;
    case 'approve':
      return `needs_approval by ${name.text}`;
    default:
      return 'allowed';
  }
}

/** An object with the fields that have to be there, and those in them. */
function recordSample(record: RecordType, depth: number): string {
  const fields = [...record.fields().values()].filter((field) => isWritten(field, record));
  if (fields.length === 0 || depth === 0) return '{}';
  return `{ ${fields.map((field) => `${field.name}: ${sample(field.type, depth - 1)}`).join(', ')} }`;
}

/** Of an event of a model also what its rules mostly ask about. */
function isWritten({ presence, name }: Field, record: RecordType): boolean {
  if (presence === 'required') return true;
  return record.fields().has('prompts') && (name === 'provider' || name === 'model');
}

function sample(type: Type, depth: number): string {
  switch (type.kind) {
    case 'string':
    case 'timestamp':
    case 'duration':
    case 'bytes':
      return type.kind === 'timestamp' ? '"2026-01-01T00:00:00Z"' : type.kind === 'duration' ? '"1s"' : '""';
    case 'bool':
      return 'false';
    case 'int':
    case 'uint':
    case 'quantity':
      return '0';
    case 'float':
      return '0.0';
    case 'list':
    case 'set':
      return depth > 0 && type.of.kind === 'record' ? `[${recordSample(type.of.record, depth)}]` : '[]';
    case 'record':
      return recordSample(type.record, depth);
    case 'union':
      return recordSample(type.union.base, depth);
    case 'optional':
      return sample(type.of, depth);
    default:
      return '{}';
  }
}

/** How long an exemption is that nobody has thought about, in days. */
const exemptionDays = 90;

/** An exemption that says nothing yet of who answers for it, so that the check asks. */
function exempted({ unit, inspector }: OpenSelection, decl: ast.RuleDecl): Refactor | undefined {
  if (decl.on.surface.text === '') return undefined;
  const { today } = inspector.project;
  const until = today === undefined ? '2027-12-31' : laterBy(today, exemptionDays);
  const text = `\n\nexempt ${decl.name.text} {\n  when   false\n  until  ${until}\n  owner  ""\n  reason ""\n}`;
  return { title: 'add an exemption from this rule', kind: 'rewrite', edits: [behind(unit.file, decl, text)] };
}

/** `YYYY-MM-DD`, so many days later. */
function laterBy(date: string, days: number): string {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  return new Date(Date.UTC(year, month - 1, day + days)).toISOString().slice(0, 10);
}

function behind(file: OpenSelection['unit']['file'], decl: ast.Decl, text: string): TextEdit {
  return { span: { file, start: decl.end, end: decl.end }, text };
}
