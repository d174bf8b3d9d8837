// The diagnostics about compilation and targets: severity and words of each code. Each has a page, docs/diagnostics/<code>.md.

export const compileCatalog = {
  'enforcement-gap': {
    severity: 'warning',
    message: 'nothing in `{deploy}` can enforce `{rule}`: {reason}',
    label: 'enforced nowhere',
    note: 'a rule is never enforced in part: what cannot be said as it is meant is not said at all',
    help: 'route its surface through an enforcer that can, say the rule in other words, or accept it in `{deploy}`: `gap [{rule}] "why"`',
  },
  'partial-enforcement': {
    severity: 'warning',
    message: '`{rule}` is not enforced on {clusters} of `{deploy}`: {reason}',
    label: 'enforced on other clusters alone',
    help: 'give those clusters what it needs, or accept it in `{deploy}`: `gap [{rule}] "why"`',
  },
} as const;
