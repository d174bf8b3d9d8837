// The diagnostics about rules as a whole: severity and words of each code. Each has a page, docs/diagnostics/<code>.md.

export const ruleCatalog = {
  'misplaced-clause': {
    severity: 'error',
    message: '`{clause}` cannot stand in `{verb}`',
    note: '`{verb}` takes {allowed}',
  },
  'repeated-clause': {
    severity: 'error',
    message: '`{clause}` stands in this `{verb}` twice',
  },
  'missing-clause': {
    severity: 'error',
    message: 'this `{verb}` needs {clause}',
  },
  'find-needs-text': {
    severity: 'error',
    message: '`find` looks through text, not {type}',
    help: 'name the text: `prompts[*].text` goes through a list',
  },
  'find-computed-text': {
    severity: 'error',
    message: '`find` looks through text of the event, and this is computed',
    note: 'a match has a place in the document, so that it can be shown and changed there',
    help: 'look through the fields that it is computed from, or test it with `matches`',
  },
  'not-a-list': {
    severity: 'error',
    message: '`[*]` goes through a list, not {type}',
  },
  'invalid-view': {
    severity: 'error',
    message: '`normalized` takes a text, and nothing or `leet` behind it',
    help: 'write `normalized(prompts[*].text)` or `normalized(prompts[*].text, leet)`',
  },
  'invalid-points': {
    severity: 'error',
    message: 'points must be from 1 to 1000, not {points}',
  },
  'invalid-status': {
    severity: 'error',
    message: '{status} is no status of a refusal',
    help: 'use a status from 400 to 599',
  },
  'nothing-to-redact': {
    severity: 'error',
    message: '`{name}` finds no text that could be changed',
    help: 'name a `detect` rule with `find`',
  },
  'invalid-redaction': {
    severity: 'error',
    message: 'text cannot be replaced like this',
    help: 'write {usage}',
  },
  'permit-without-deny': {
    severity: 'warning',
    message: '`permit` changes nothing: `{surface}` allows what no rule stops',
    help: 'write `default deny` in the surface, so that only what is permitted passes',
  },
  'limit-without-unit': {
    severity: 'error',
    message: 'a limit needs an amount with a unit, not {found}',
    help: 'write `20 requests`, `200_000 tokens`, `5 usd` or `1 MiB`',
  },
  'invalid-limit': {
    severity: 'error',
    message: 'a limit needs {what}',
  },
  'invalid-set': {
    severity: 'error',
    message: '`set` changes a field of `object` under admission, and nothing else',
    help: 'write a path such as `object.metadata.labels["team"]`',
  },
  'rule-cycle': {
    severity: 'error',
    message: '`{name}` depends on itself',
    note: '{names}',
  },
  'incomplete-exemption': {
    severity: 'warning',
    message: 'this exemption of `{name}` does not say {missing}',
    note: 'an exemption without an end, an owner and a reason is never taken back',
  },
  'invalid-date': {
    severity: 'error',
    message: '{date} is no date',
    help: 'write year, month and day: 2027-03-31',
  },
  'expired-exemption': {
    severity: 'warning',
    message: 'this exemption of `{name}` ended on {date}',
    note: 'it is left out: the rule holds again everywhere',
  },
  'exemption-by-name': {
    severity: 'warning',
    message: 'this exemption of `{name}` does not hold for the pods that the object makes',
    label: 'they have names of their own',
    help: 'exempt by namespace or label: the labels of a template are those of its pods',
  },
  'unreachable-rule': {
    severity: 'warning',
    message: '`{name}` never fires',
    label: '{reason}',
    note: 'what it is meant to catch passes',
  },
  'duplicate-rule': {
    severity: 'warning',
    message: '`{name}` does the same as `{other}`',
    help: 'leave one of them out',
  },
  'shadowed-rule': {
    severity: 'warning',
    message: '`{name}` changes nothing: `{other}` blocks everything that it matches',
  },
  'conflicting-rules': {
    severity: 'error',
    message: '`{name}` and `{other}` contradict each other',
    label: '{reason}',
  },
  'incomplete-test': {
    severity: 'error',
    message: 'this test has no {missing}',
  },
  'unknown-given-field': {
    severity: 'error',
    message: '`{type}` has no field `{name}`',
  },
  'missing-given-field': {
    severity: 'error',
    message: '`{type}` needs {fields}',
    note: 'without it the document is malformed, and the test would see that instead of the rules',
  },
  'invalid-given': {
    severity: 'error',
    message: 'this has to be {wanted}',
  },
  'provider-without-event': {
    severity: 'error',
    message: '`{name}` does not say how its calls become the event `{event}`',
  },
  'invalid-redacted': {
    severity: 'error',
    message: '`redacted` cannot look here: {reason}',
  },
  'surface-routed-twice': {
    severity: 'error',
    message: '`{name}` is carried twice',
  },
  'surface-not-routed': {
    severity: 'warning',
    message: 'nothing in `{deploy}` carries `{name}`',
    note: 'its rules are compiled, but no enforcer asks them',
  },
  'enforcer-mismatch': {
    severity: 'error',
    message: '`{via}` sees no events of a surface of kind `{kind}`',
    help: 'these can: {able}',
  },
  'unbounded-pattern': {
    severity: 'error',
    message: '`{pattern}` has no longest match, so `{rule}` cannot change it in a response that streams',
    note: 'a stream holds back what may still become part of a match, and this could go on for ever',
    help: 'say how often at most each part may be repeated, instead of `*` and `+`',
  },
  'event-too-large': {
    severity: 'error',
    message: 'the patterns that rules of `{event}` look for need {size}, and one event may have {budget}',
    note: 'the largest is `{pattern}` with {largest}',
    help: 'look for fewer patterns, or for smaller ones',
  },
  'braces-in-text': {
    severity: 'warning',
    message: '`{name}` is not filled in here: this text is taken as it is written',
    note: 'messages have holes in braces; a text that names who or what is meant is an expression',
    help: 'write `{text}`',
  },
} as const;
