// Semantic tokens: all, what changed since the last answer, or those of a range.

import type { SemanticTokens, SemanticTokensDelta } from 'vscode-languageserver';
import { encodeTokens, legend, tokenEdits } from '../../convert/semantic-tokens.ts';
import { normalizeUri } from '../../convert/uris.ts';
import { semanticTokens } from '../../ide/semantic-tokens.ts';
import type { Feature, Place } from '../feature.ts';

/** The registration. */
export const semanticTokensFeature: Feature = {
  name: 'semantic tokens',
  capabilities: () => ({ semanticTokensProvider: { legend, full: { delta: true }, range: true } }),
  register: ({ connection, inDocument }) => {
    /** The last answer for each document, which the next one may be told against. */
    const answered = new Map<string, { readonly resultId: string; readonly data: readonly number[] }>();
    let last = 0;
    const fresh = (place: Place, uri: string): SemanticTokens => {
      const whole = { start: 0, end: place.file.text.length };
      const data = encodeTokens(place.convert, place.file, semanticTokens(place.snapshot, place.path, whole));
      const resultId = String(++last);
      answered.set(normalizeUri(uri), { resultId, data });
      return { resultId, data };
    };
    const { semanticTokens: languages } = connection.languages;
    languages.on(
      withTokens(
        inDocument('semantic tokens', (place, { textDocument }: { textDocument: { uri: string } }) =>
          fresh(place, textDocument.uri),
        ),
      ),
    );
    languages.onDelta(
      withTokens(
        inDocument(
          'semantic tokens',
          (
            place,
            { textDocument, previousResultId }: { textDocument: { uri: string }; previousResultId: string },
          ): SemanticTokens | SemanticTokensDelta => {
            const before = answered.get(normalizeUri(textDocument.uri));
            const now = fresh(place, textDocument.uri);
            if (before?.resultId !== previousResultId) return now;
            return {
              ...(now.resultId === undefined ? {} : { resultId: now.resultId }),
              edits: tokenEdits(before.data, now.data),
            };
          },
        ),
      ),
    );
    languages.onRange(
      withTokens(
        inDocument(
          'semantic tokens',
          ({ snapshot, path, file, convert }, { range }: RangeParams) => {
            const place = { start: convert.offset(file, range.start), end: convert.offset(file, range.end) };
            return { data: encodeTokens(convert, file, semanticTokens(snapshot, path, place)) };
          },
          ['range'],
        ),
      ),
    );
  },
};

interface RangeParams {
  readonly textDocument: { readonly uri: string };
  readonly range: { readonly start: Position; readonly end: Position };
}
interface Position {
  line: number;
  character: number;
}

/** A document that is not known has no tokens: the protocol's answer may not be null here. */
function withTokens<P extends unknown[], R extends SemanticTokens | SemanticTokensDelta>(
  handler: (...params: P) => Promise<R | null>,
): (...params: P) => Promise<R | SemanticTokens> {
  return async (...params) => (await handler(...params)) ?? { data: [] };
}
