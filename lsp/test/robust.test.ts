// No answer throws, whatever is half written: beginnings of the tour, and the tour with tokens missing, each asked everything at
// the place where it is broken.

import { readFileSync } from 'node:fs';
import test from 'ava';
import fc from 'fast-check';
import { createWorkspace, lex } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import { calleesOf, callersOf, hierarchyItemAt } from '../src/ide/call-hierarchy.ts';
import { codeLenses } from '../src/ide/code-lenses.ts';
import { completionsAt } from '../src/ide/completion/complete.ts';
import { definitionAt, typeDefinitionAt } from '../src/ide/definition.ts';
import { hoverAt } from '../src/ide/hover.ts';
import { linkedNames } from '../src/ide/linked-names.ts';
import { inlayHints } from '../src/ide/inlay-hints.ts';
import { refactorsAt } from '../src/ide/refactor/refactors.ts';
import { highlightsAt, referencesAt } from '../src/ide/references.ts';
import { prepareRename } from '../src/ide/rename.ts';
import { semanticTokens } from '../src/ide/semantic-tokens.ts';
import { signatureAt } from '../src/ide/signature.ts';
import { finish } from '../src/ide/steps.ts';
import type { At } from '../src/ide/symbol-at.ts';

const tour = readFileSync(new URL('../../examples/checkout/checkout.rdp', import.meta.url), 'utf8');

/** Asks everything about a place of a text; `documents` of completion are made too. */
function askAll(text: string, offset: number): void {
  const path = 'p.rdp';
  const snapshot = createWorkspace({ files: [{ path, text }], documents: new Map(), std: stdFiles });
  const at: At = { snapshot, path, offset };
  for (const { document } of completionsAt(at)?.items.slice(0, 3) ?? []) document();
  hoverAt(at);
  definitionAt(at);
  typeDefinitionAt(at);
  finish(referencesAt(at, { declaration: 'with' }));
  highlightsAt(at);
  prepareRename(at);
  linkedNames(at);
  signatureAt(at);
  const item = hierarchyItemAt(at);
  if (item) {
    finish(callersOf(snapshot, item.span));
    finish(calleesOf(snapshot, item.span));
  }
  refactorsAt({ snapshot, path, range: { start: offset, end: offset } }, () => true);
  codeLenses(snapshot, path);
  semanticTokens(snapshot, path, { start: 0, end: text.length });
  finish(inlayHints(snapshot, path, { start: Math.max(offset - 500, 0), end: offset }));
}

test('no answer throws at the end of a beginning of the tour', (t) => {
  for (let end = 0; end <= tour.length; end += 331) t.notThrows(() => askAll(tour.slice(0, end), end), `${end}`);
});

test('no answer throws where a tour breaks off, whatever comes behind', (t) => {
  for (let at = 300; at < tour.length; at += 613) {
    const text = tour.slice(0, at) + tour.slice(at + 17);
    t.notThrows(() => askAll(text, at), `${at}`);
  }
});

test('no answer throws where tokens are missing', (t) => {
  const { tokens } = lex({ path: 'p.rdp', text: tour });
  const property = fc.property(
    fc.uniqueArray(fc.nat(tokens.length - 1), { minLength: 1, maxLength: 3 }),
    fc.double({ min: 0, max: 1, noNaN: true }),
    (dropped, where) => {
      let text = tour;
      let last = 0;
      for (const index of dropped.toSorted((a, b) => b - a)) {
        const token = tokens[index];
        if (token === undefined) continue;
        text = text.slice(0, token.startOffset) + text.slice(token.endOffset + 1);
        last = token.startOffset;
      }
      askAll(text, last);
      askAll(text, Math.floor(where * text.length));
    },
  );
  t.notThrows(() => fc.assert(property, { numRuns: 15 }));
});

/** What is said of a place, as text. */
function answersAt(at: At): string {
  const items = completionsAt(at)?.items.map(({ label, detail, also }) => `${label} ${detail} ${also.length}`);
  const targets = definitionAt(at)?.targets.map(({ name }) => `${name.file.path} ${name.start} ${name.end}`);
  const references = finish(referencesAt(at, { declaration: 'with' }))?.map(({ start, end }) => `${start} ${end}`);
  return JSON.stringify([items, hoverAt(at)?.markdown, targets, references, signatureAt(at)]);
}

test('after edits the answers are those of a workspace that never saw another text', (t) => {
  const path = 'p.rdp';
  const pieces = [
    '',
    ' ',
    '}',
    '{',
    '.',
    'x',
    'when model == "x"',
    '\ndetect New on Chat.request { when Injection }\n',
    '"',
  ];
  const edit = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    gone: fc.nat(30),
    text: fc.constantFrom(...pieces),
  });
  const property = fc.property(fc.array(edit, { minLength: 1, maxLength: 5 }), (edits) => {
    let text = tour;
    let edited = createWorkspace({ files: [{ path, text }], documents: new Map(), std: stdFiles });
    let offset = 0;
    for (const { at, gone, text: inserted } of edits) {
      offset = Math.floor(at * text.length);
      text = text.slice(0, offset) + inserted + text.slice(offset + gone);
      edited = edited.withFile({ path, text });
      completionsAt({ snapshot: edited, path, offset });
    }
    const fresh = createWorkspace({ files: [{ path, text }], documents: new Map(), std: stdFiles });
    const places = [offset, offset + 3, Math.floor(text.length / 2), text.indexOf('PinnedImages') + 2];
    for (const place of places) {
      const at = { path, offset: Math.min(Math.max(place, 0), text.length) };
      if (answersAt({ ...at, snapshot: edited }) !== answersAt({ ...at, snapshot: fresh })) return false;
    }
    return true;
  });
  t.notThrows(() => fc.assert(property, { numRuns: 12 }));
});
