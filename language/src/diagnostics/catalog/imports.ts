// The diagnostics about imported documents: severity and words of each code. Each has a page, docs/diagnostics/<code>.md.

export const importCatalog = {
  'invalid-document': {
    severity: 'error',
    message: 'this document is not {expected}',
    label: 'at `{at}`',
  },
  'unsupported-openapi': {
    severity: 'error',
    message: 'OpenAPI {version} cannot be read',
    help: 'versions 3.0 to 3.2 can; convert the document',
  },
  'unresolved-reference': {
    severity: 'warning',
    message: 'the reference `{reference}` leads nowhere',
    label: 'at `{at}`',
    note: 'only references inside the same document are followed; what this one stands for has the type dyn',
  },
  'repeated-operation': {
    severity: 'warning',
    message: 'the operation `{operation}` is described twice',
    label: 'again at `{route}`',
    note: 'an operation id names one route; the second is known by its method and template',
  },
  'repeated-route': {
    severity: 'warning',
    message: 'the route `{route}` is described twice',
    note: 'the first description counts',
  },
  'repeated-kind': {
    severity: 'error',
    message: 'the kind `{kind}` exists already',
    help: 'leave out one of the documents that define it',
  },
} as const;
