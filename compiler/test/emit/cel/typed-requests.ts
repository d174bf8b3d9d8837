// Requests of admission whose objects have just the fields that a policy's rules read, of every kind that they name, with the texts and
// numbers that stand in the rules: missing fields, empty lists, null where Go writes null.

import { builtInResources, type Const, type CoreExpr, type Type } from '@rdp/language';
import { makeBefore } from '../../../fuzz/make-update.ts';
import { randomFrom, type Random } from '../../../fuzz/random.ts';
import type { Ir, IrEntrypoint, RecordLayout } from '../../../src/ir/ir.ts';
import { decidingExprs, outputExprs, walkExpr } from '../../../src/ir/walk-core.ts';
import type { Request } from './reviews.ts';

interface Words {
  readonly texts: readonly string[];
  readonly numbers: readonly number[];
}

/** Draws requests for the first entrypoint of `ir`, each determined by its seed. */
export function typedRequests(ir: Ir): (seed: number) => Request | undefined {
  const [entrypoint] = ir.entrypoints;
  const union = entrypoint?.unions.find((layout) => layout.union.name === 'Object');
  if (entrypoint === undefined || union === undefined) return () => undefined;
  const words = wordsOf(entrypoint);
  const records = new Map(entrypoint.records.map((layout) => [layout.record, layout]));
  return (seed) => {
    const random = randomFrom(seed);
    const { variant, layout } = random.pick(union.variants);
    const [apiVersion = '', kind = ''] = variant.tag;
    const [first = '', second] = apiVersion.split('/');
    const [group, version] = second === undefined ? ['', first] : [first, second];
    const draw = (): object => ({
      ...drawRecord({ random, records, words }, union.base),
      ...drawRecord({ random, records, words }, layout),
      apiVersion,
      kind,
    });
    const operation = random.pick(['CREATE', 'UPDATE', 'DELETE']);
    const { resource = '', scope = 'Namespaced' } =
      [...(variant.resources ?? []), ...builtInResources()].find(
        ({ subresource, kind: [ofVersion, ofKind] }) =>
          subresource === '' && ofVersion === apiVersion && ofKind === kind,
      ) ?? {};
    const object = operation === 'DELETE' ? null : draw();
    const before = object !== null && random.chance(0.6) ? makeBefore(random, object) : draw();
    return {
      kind: { group, version, kind },
      resource: { group, version, resource },
      operation,
      ...(random.chance(0.8) ? { name: text(random, words) } : {}),
      ...(scope === 'Namespaced' ? { namespace: random.pick(['shop', 'default', text(random, words)]) } : {}),
      userInfo: { username: text(random, words), ...(random.chance(0.5) ? { groups: [text(random, words)] } : {}) },
      dryRun: false,
      object,
      oldObject: operation === 'CREATE' ? null : before,
    };
  };
}

/** Texts and numbers that the rules compare with. */
function wordsOf({ rules }: IrEntrypoint): Words {
  const texts = new Set(['', 'x']);
  const numbers = new Set([0, 1]);
  const note = (value: Const): void => {
    if (value.kind === 'string') texts.add(value.value);
    if (value.kind === 'int') numbers.add(Number(value.value));
    if (value.kind === 'list') value.items.forEach(note);
  };
  const visit = (expr: CoreExpr): void => {
    if (expr.op === 'const') note(expr.value);
    if (expr.op === 'in-set') expr.set.forEach(note);
  };
  for (const rule of rules) for (const expr of [...decidingExprs(rule), ...outputExprs(rule)]) walkExpr(expr, visit);
  return { texts: [...texts].filter((word) => word.length < 60), numbers: [...numbers] };
}

interface Draw {
  readonly random: Random;
  readonly records: ReadonlyMap<unknown, RecordLayout>;
  readonly words: Words;
}

function drawRecord(draw: Draw, { fields }: RecordLayout): object {
  return Object.fromEntries(
    fields.flatMap(({ wire, type, presence }): readonly (readonly [string, unknown])[] => {
      if (presence !== 'required' && draw.random.chance(0.25)) return [];
      return [[wire, drawValue(draw, type)]];
    }),
  );
}

function drawValue(draw: Draw, type: Type): unknown {
  const { random, records, words } = draw;
  const several = <T>(make: () => T): readonly T[] => Array.from({ length: random.below(3) }, make);
  switch (type.kind) {
    case 'string':
      return text(random, words);
    case 'int':
      return random.pick(words.numbers);
    case 'float':
      return random.pick([0, 1.5, ...words.numbers]);
    case 'bool':
      return random.chance(0.5);
    case 'timestamp':
      return random.pick([null, '2026-01-01T00:00:00Z', '2024-05-06T07:08:09Z']);
    case 'dyn':
      return random.chance(0.5) ? text(random, words) : random.pick(words.numbers);
    case 'list':
      return random.chance(0.15) ? null : several(() => drawValue(draw, type.of));
    case 'map': {
      if (random.chance(0.15)) return null;
      return Object.fromEntries(several(() => [text(random, words), drawValue(draw, type.value)] as const));
    }
    case 'record': {
      const layout = records.get(type.record);
      return layout === undefined ? {} : drawRecord(draw, layout);
    }
    default:
      return {};
  }
}

/** A word of the rules, or two of them together. */
function text(random: Random, { texts }: Words): string {
  return random.chance(0.8) ? random.pick(texts) : `${random.pick(texts)}${random.pick(texts)}`;
}
