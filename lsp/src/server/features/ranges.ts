// Folding and selection ranges.

import { FoldingRangeKind, type FoldingRange, type Position, type SelectionRange } from 'vscode-languageserver';
import { folds, type Fold } from '../../ide/folding.ts';
import { selectionsAt } from '../../ide/selection.ts';
import type { Feature } from '../feature.ts';

/** The registration. */
export const rangesFeature: Feature = {
  name: 'ranges',
  capabilities: () => ({ foldingRangeProvider: true, selectionRangeProvider: true }),
  register: ({ connection, inDocument }) => {
    connection.onFoldingRanges(
      inDocument('folding', ({ snapshot, path, file, convert }): FoldingRange[] =>
        folds(snapshot, path)
          .map(({ start, end, kind }) => {
            const { line: startLine } = convert.position(file, start);
            const { line: endLine } = convert.position(file, end);
            return { startLine, endLine, ...kindOf(kind) };
          })
          .filter(({ startLine, endLine }) => endLine > startLine),
      ),
    );
    connection.onSelectionRanges(
      inDocument(
        'selection ranges',
        ({ snapshot, path, file, convert }, { positions }: SelectionParams) =>
          positions.map((position): SelectionRange => {
            const extents = selectionsAt(snapshot, path, convert.offset(file, position));
            const outermost: SelectionRange = { range: { start: position, end: position } };
            return extents.reduceRight<SelectionRange>(
              (parent, extent, index) => ({
                range: convert.range({ file, ...extent }),
                ...(index === extents.length - 1 ? {} : { parent }),
              }),
              outermost,
            );
          }),
        ['positions'],
      ),
    );
  },
};

interface SelectionParams {
  readonly textDocument: { readonly uri: string };
  readonly positions: readonly Position[];
}

function kindOf(kind: Fold['kind']): { readonly kind?: FoldingRangeKind } {
  if (kind === 'block') return {};
  return { kind: kind === 'imports' ? FoldingRangeKind.Imports : FoldingRangeKind.Comment };
}
