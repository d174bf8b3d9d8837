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
import { inlayHints } from '../src/ide/inlay-hints.ts';
import { refactorsAt } from '../src/ide/refactor/refactors.ts';
import { highlightsAt, referencesAt } from '../src/ide/references.ts';
import { prepareRename } from '../src/ide/rename.ts';
import { semanticTokens } from '../src/ide/semantic-tokens.ts';
import { signatureAt } from '../src/ide/signature.ts';
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
  referencesAt(at, { declaration: 'with' });
  highlightsAt(at);
  prepareRename(at);
  signatureAt(at);
  const item = hierarchyItemAt(at);
  if (item) {
    callersOf(snapshot, item.span);
    calleesOf(snapshot, item.span);
  }
  refactorsAt({ snapshot, path, range: { start: offset, end: offset } }, () => true);
  codeLenses(snapshot, path);
  semanticTokens(snapshot, path, { start: 0, end: text.length });
  inlayHints(snapshot, path, { start: Math.max(offset - 500, 0), end: offset });
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
