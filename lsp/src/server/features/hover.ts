// What is said of what stands under the pointer.

import { MarkupKind } from 'vscode-languageserver';
import { hoverAt } from '../../ide/hover.ts';
import type { Feature } from '../feature.ts';

/** The registration. */
export const hoverFeature: Feature = {
  name: 'hover',
  capabilities: () => ({ hoverProvider: true }),
  register: ({ connection, atPoint }) => {
    connection.onHover(
      atPoint('hover', (point) => {
        const hover = hoverAt(point);
        return (
          hover && {
            range: point.convert.range(hover.span),
            contents: { kind: MarkupKind.Markdown, value: hover.markdown },
          }
        );
      }),
    );
  },
};
