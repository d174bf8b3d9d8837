// The names of a variable, changed together while one of them is typed.

import { linkedNames } from '../../ide/linked-names.ts';
import type { Feature } from '../feature.ts';

/** The registration. */
export const linkedEditingFeature: Feature = {
  name: 'linked editing',
  capabilities: () => ({ linkedEditingRangeProvider: true }),
  register: ({ connection, atPoint }) => {
    connection.languages.onLinkedEditingRange(
      atPoint('linked editing', (point) => {
        const names = linkedNames(point);
        return names && { ranges: names.map((name) => point.convert.range(name)), wordPattern: '[A-Za-z_]\\w*' };
      }),
    );
  },
};
