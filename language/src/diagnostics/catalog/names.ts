// The diagnostics about names, packages and references: severity and words of each code. Each has a page, docs/diagnostics/<code>.md.

export const nameCatalog = {
  'missing-package': {
    severity: 'error',
    message: 'this file does not say which package it belongs to',
    help: 'begin it with `package`, for instance `package shop.checkout`',
  },
  'unknown-package': {
    severity: 'error',
    message: 'there is no package `{name}`',
  },
  'unused-import': {
    severity: 'warning',
    message: 'nothing uses the import `{name}`',
  },
  'duplicate-import': {
    severity: 'error',
    message: '`{name}` is imported twice',
    help: 'leave one out, or give one another name with `as`',
  },
  'duplicate-name': {
    severity: 'error',
    message: 'the {what} `{name}` exists already',
  },
  'unused-declaration': {
    severity: 'warning',
    message: 'nothing uses the {what} `{name}`',
  },
  'recursive-declaration': {
    severity: 'error',
    message: '`{name}` is declared by itself',
    note: 'a name stands for what can be written out; this one never ends',
  },
  'unknown-type': {
    severity: 'error',
    message: 'there is no type `{name}`',
  },
  'type-arguments': {
    severity: 'error',
    message: '`{name}` takes {wanted} types in `<…>`, not {found}',
  },
  'sensitive-not-text': {
    severity: 'error',
    message: 'only text can be `sensitive`',
    help: 'write `sensitive string`, also inside a list: `[sensitive string]`',
  },
  'duplicate-field': {
    severity: 'error',
    message: 'the field `{name}` stands here twice',
  },
  'not-constant': {
    severity: 'error',
    message: 'this has to be a constant',
    note: 'it is needed before the first event arrives',
  },
  'set-not-list': {
    severity: 'error',
    message: 'the set `{name}` needs a list of constants',
    help: 'write `["a", "b"]`',
  },
  'set-not-scalar': {
    severity: 'error',
    message: '{type} cannot be in a set',
    help: 'a set holds text, numbers, or other simple values of one type',
  },
  'duplicate-item': {
    severity: 'warning',
    message: '{item} is in this set twice',
  },
  'unknown-pattern': {
    severity: 'error',
    message: 'there is no pattern `{name}`',
  },
  'not-a-pattern': {
    severity: 'error',
    message: '`{name}` is no pattern',
  },
  'empty-word': {
    severity: 'error',
    message: 'a word list needs words that are not empty',
    note: 'an empty word is in every text, so the pattern would match everything',
  },
  'near-distance': {
    severity: 'error',
    message: 'context words must be within 1 to 10000 characters, not {found}',
  },
  'invalid-model': {
    severity: 'error',
    message: '`{path}` is no model of a classifier: {reason}',
    help: '`rdpc train` writes one',
  },
  'classifier-threshold': {
    severity: 'error',
    message: 'the threshold of a classifier is a probability from 0 to 1, not {found}',
  },
  'unknown-surface-kind': {
    severity: 'error',
    message: 'there is no kind of surface `{name}`',
    note: 'kinds are `api`, `llm`, `mcp`, `k8s`, `net` and `data`',
  },
  'unknown-surface': {
    severity: 'error',
    message: 'this package has no surface `{name}`',
  },
  'unknown-event': {
    severity: 'error',
    message: 'a surface of kind `{kind}` has no event `{name}`',
    note: 'its events are {known}',
  },
  'unknown-rule': {
    severity: 'error',
    message: 'there is no rule `{name}` here',
  },
  'unknown-pack': {
    severity: 'error',
    message: 'there is no pack `{name}`',
  },
  'wrong-surface': {
    severity: 'error',
    message: 'the pack `{pack}` is for surfaces of kind `{wanted}`, and `{surface}` is of kind `{found}`',
  },
  'invalid-parameter': {
    severity: 'error',
    message: 'the parameter `{name}` cannot be {type}',
    help: 'a parameter is text, a number, or another simple value, or a list or set of them',
  },
  'reserved-parameter': {
    severity: 'error',
    message: 'no parameter can be called `{name}`: {reason}',
  },
  'invalid-application': {
    severity: 'error',
    message: 'the rule `{rule}` cannot have these settings: {reason}',
  },
  'needed-rule': {
    severity: 'error',
    message: '`{name}` cannot be left out: `{by}` needs it',
    help: 'leave out `{by}` too',
  },
  'unknown-provider': {
    severity: 'error',
    message: 'there is no provider `{name}`',
  },
  'unknown-event-field': {
    severity: 'error',
    message: 'the event `{event}` has no field `{name}`',
  },
  'unmapped-field': {
    severity: 'error',
    message: 'the mapping of `{event}` leaves out the field `{field}`',
    note: 'the field has no default, so the event would be malformed',
  },
  'unknown-threat': {
    severity: 'error',
    message: 'there is no threat `{name}`',
  },
  'unknown-inventory': {
    severity: 'error',
    message: 'there is no kind of inventory record `{name}`',
  },
  'unknown-inventory-field': {
    severity: 'error',
    message: 'the inventory kind `{kind}` has no field `{name}`',
  },
  'missing-inventory-field': {
    severity: 'error',
    message: 'a record of `{kind}` needs {fields}',
  },
  'unknown-setting': {
    severity: 'error',
    message: '{what} has no setting `{name}`',
  },
  'duplicate-setting': {
    severity: 'error',
    message: 'the setting `{name}` stands here twice',
  },
  'missing-setting': {
    severity: 'error',
    message: '{what} needs the setting `{name}`',
  },
  'unknown-server': {
    severity: 'error',
    message: 'the setting `servers` of this surface has no server `{name}`',
  },
  'invalid-setting': {
    severity: 'error',
    message: 'the setting `{name}` takes {wanted}',
  },
  'unknown-word': {
    severity: 'error',
    message: 'there is no {what} `{name}`',
    note: 'what can stand here is {known}',
  },
  'missing-document': {
    severity: 'error',
    message: 'cannot read `{path}`: {reason}',
    note: 'paths are relative to the folder of the file that names them',
  },
  'wrong-data': {
    severity: 'error',
    message: '`{path}` does not hold {type}: {place} is {found}, not {wanted}',
    note: 'every rule that reads the data would fail',
  },
} as const;
