// Types that nobody wrote, how much of a stream a pattern holds back, who enforces a rule. The last takes a compile: it comes when
// the text rests, and the client is told to ask again.

import { isRule, type Span } from '@rdp/language';
import type { InlayHint, InlayHintParams } from 'vscode-languageserver';
import { toInlayHint } from '../../convert/lenses.ts';
import { inlayHints } from '../../ide/inlay-hints.ts';
import { describeFacts, shortFacts, type FactsByRule } from '../../ide/preview/rule-facts.ts';
import type { Feature, Place, Server } from '../feature.ts';
import { createLateFacts } from '../rule-facts.ts';

/** The registration. */
export const inlayHintFeature: Feature = {
  name: 'inlay hints',
  capabilities: () => ({ inlayHintProvider: true }),
  register: (server) => {
    const { connection, inDocument } = server;
    const facts = createLateFacts(() => {
      // A client that cannot after all has nothing to show; it will ask again by itself.
      if (canRefresh(server)) connection.languages.inlayHint.refresh().catch(() => undefined);
    });
    connection.languages.inlayHint.on(
      inDocument(
        'inlay hints',
        function* (place, { range }: InlayHintParams) {
          const { snapshot, path, file, convert, project, settings } = place;
          const asked = { start: convert.offset(file, range.start), end: convert.offset(file, range.end) };
          const all = yield* inlayHints(snapshot, path, asked);
          const hints = all
            .filter(({ kind }) => settings.hints[kind === 'type' ? 'types' : 'patterns'] === 'on')
            .map((hint) => toInlayHint(convert, file, hint));
          const isDeployed = snapshot.project.files.some(({ text }) => /^deploy\b/m.test(text));
          const known = isDeployed && settings.hints.enforcement === 'on' ? facts.known(project) : undefined;
          return known ? [...hints, ...pointHints(place, asked, known)] : hints;
        },
        ['range'],
      ),
    );
  },
};

function canRefresh({ client }: Server): boolean {
  return client.capabilities.workspace?.inlayHint?.refreshSupport === true;
}

/** Who enforces each rule, behind its event. */
function pointHints(
  { snapshot, path, file, convert }: Place,
  range: Pick<Span, 'start' | 'end'>,
  facts: FactsByRule,
): readonly InlayHint[] {
  const tree = snapshot.parsed(path)?.ast;
  const home = tree?.package?.parts.map(({ text }) => text).join('.') ?? '';
  return (tree?.decls ?? []).flatMap((decl) => {
    if (!isRule(decl) || decl.on.end < range.start || decl.on.end > range.end) return [];
    const own = facts.get(`${home}.${decl.name.text}`);
    const label = own && shortFacts(own);
    if (own === undefined || label === undefined) return [];
    const tooltip = describeFacts(own).join('\n\n');
    return [toInlayHint(convert, file, { at: decl.on.end, label: ` ⟶ ${label}`, kind: 'enforcement', tooltip })];
  });
}
