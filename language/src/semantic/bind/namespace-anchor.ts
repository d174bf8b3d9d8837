// `namespaces ["shop-*"]` of a Kubernetes surface: its rules concern requests of these namespaces alone. Globs with `*`,
// from start to end, as a test ahead of every rule's condition.

import type { CoreExpr } from '../core.ts';
import type { Type } from '../types.ts';
import type { SurfaceEvent } from './bind-event.ts';
import { fieldsOfInput } from './bind-event.ts';
import { textsOf } from './bind-provider.ts';

const boolType: Type = { kind: 'bool' };
const textType: Type = { kind: 'string', sensitive: false };

/** The test; undefined when the surface has all namespaces. */
export function namespaceAnchor(event: SurfaceEvent): CoreExpr | undefined {
  const globs = textsOf(event.surface.settings.get('namespaces'));
  const field = event.record.fields().get('namespace');
  if (globs.length === 0 || field === undefined || globs.includes('*')) return undefined;
  const namespace = fieldsOfInput(event)(field);
  return globs
    .map((glob) => globTest(namespace, glob))
    .reduce((left, right) => ({ op: 'or', left, right, type: boolType }));
}

function globTest(value: CoreExpr, glob: string): CoreExpr {
  const parts = glob.split('*');
  const [first = '', last = ''] = parts;
  if (parts.length === 1) return { op: 'equal', left: value, right: textOf(glob), type: boolType };
  if (parts.length === 2 && last === '') return textTest('string_starts_with', value, first);
  if (parts.length === 2 && first === '') return textTest('string_ends_with', value, last);
  const regex = `^${parts.map(escapeRegex).join('.*')}$`;
  const pattern = { kind: 'namespace', name: `namespace ${glob}`, body: { kind: 'regex', regex } } as const;
  return { op: 'matches', of: value, patterns: [{ ...pattern, where: undefined, near: undefined }], type: boolType };
}

function textTest(builtin: 'string_starts_with' | 'string_ends_with', value: CoreExpr, text: string): CoreExpr {
  return { op: 'call', builtin, args: [value, textOf(text)], type: boolType };
}

function textOf(value: string): CoreExpr {
  return { op: 'const', value: { kind: 'string', value }, type: textType };
}

function escapeRegex(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
}
