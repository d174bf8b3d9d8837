// What is said of what stands under the pointer; of a rule of a policy that compiles also its cost and who enforces it.

import { toMarkup } from '../../convert/markup.ts';
import { hoverAt } from '../../ide/hover.ts';
import { describeFacts } from '../../ide/preview/rule-facts.ts';
import type { Feature } from '../feature.ts';
import { createLateFacts } from '../rule-facts.ts';

/** The registration. */
export const hoverFeature: Feature = {
  name: 'hover',
  capabilities: () => ({ hoverProvider: true }),
  register: ({ connection, client, atPoint }) => {
    const formats = client.capabilities.textDocument?.hover?.contentFormat;
    const late = createLateFacts(() => undefined);
    connection.onHover(
      atPoint('hover', async (point) => {
        const hover = hoverAt(point);
        if (hover === undefined) return undefined;
        const { span, markdown, rule } = hover;
        const facts = rule === undefined ? undefined : (await late.wait(point.project))?.get(rule);
        const value = [markdown, ...(facts ? describeFacts(facts) : [])].join('\n\n');
        return { range: point.convert.range(span), contents: toMarkup(value, formats) };
      }),
    );
  },
};
