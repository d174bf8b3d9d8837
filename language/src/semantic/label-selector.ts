// A label selector as `kubectl -l` takes it, `env in (prod, staging), tier!=db, team, !legacy` → its requirements, as Kubernetes'
// `matchExpressions` have them. All of them have to hold.

/** One requirement. `values` are empty for the last two operators. */
export interface LabelRequirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values: readonly string[];
}

const name = '[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?';
const key = `(?:[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?/)?${name}`;
const value = `(?:${name})?`;
const requirement = `\\s*(?:!\\s*${key}|${key}(?:\\s*(?:==|=|!=)\\s*${value}|\\s+(?:in|notin)\\s*\\(\\s*${value}(?:\\s*,\\s*${value})*\\s*\\))?)\\s*`;

/** The texts that are selectors (k8s.io/apimachinery/pkg/labels, without comparisons of numbers). */
export const labelSelectorForm: RegExp = new RegExp(`^${requirement}(?:,${requirement})*$`);

const part = new RegExp(
  `(?<absent>!)?\\s*(?<key>${key})(?:\\s*(?<sign>==|=|!=)\\s*(?<one>${value})|\\s+(?<word>in|notin)\\s*\\((?<many>[^)]*)\\))?\\s*(?:,|$)`,
  'g',
);

/** The requirements of a text of that form. */
export function parseLabelSelector(text: string): readonly LabelRequirement[] {
  return [...text.matchAll(part)].map(({ groups = {} }): LabelRequirement => {
    const { absent, key: label = '', sign, one, word, many } = groups;
    if (absent !== undefined) return { key: label, operator: 'DoesNotExist', values: [] };
    if (sign !== undefined) return { key: label, operator: sign === '!=' ? 'NotIn' : 'In', values: [one ?? ''] };
    if (many === undefined) return { key: label, operator: 'Exists', values: [] };
    const values = [...new Set(many.split(',').map((item) => item.trim()))].toSorted();
    return { key: label, operator: word === 'notin' ? 'NotIn' : 'In', values };
  });
}
