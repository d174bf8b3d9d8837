// Settings (`name value { block }`) and what is known of them: which may stand at a place, and what each is for.

import {
  describeSetting,
  forEachChild,
  type AnyNode,
  type SettingSchema,
  type SettingShape,
  type ast,
} from '@rdp/language';
import type { OpenPlace } from './symbol-at.ts';

/** The settings among which a place is. */
export interface SettingsAround {
  readonly settings: readonly ast.Setting[];
  readonly schema: SettingSchema;
}

/** The innermost settings around a place that the check knows. */
export function settingsAround({ inspector, unit, offset }: OpenPlace): SettingsAround | undefined {
  const declared = inspector.look(unit, offset);
  if (declared === undefined) return undefined;
  let found: SettingsAround | undefined;
  const visit = (node: AnyNode): void => {
    if (offset < node.start || offset > node.end) return;
    for (const list of [listOf(node, 'settings'), listOf(node, 'block')]) {
      const check = list && inspector.recorder.settings.get(list);
      if (list && check) found = { settings: list, schema: check.schema };
    }
    forEachChild(node, visit);
  };
  visit(declared.decl);
  return found;
}

function listOf(node: AnyNode, property: 'settings' | 'block'): readonly ast.Setting[] | undefined {
  const value: unknown = (node as unknown as Record<string, unknown>)[property]; // nodes are plain records
  return Array.isArray(value) ? (value as readonly ast.Setting[]) : undefined; // these properties hold settings alone
}

/** What the setting whose name stands at a place is for. */
export function settingDoc(place: OpenPlace): string | undefined {
  const around = settingsAround(place);
  const { offset } = place;
  const named = around?.settings.find(({ name }) => name.start <= offset && offset <= name.end);
  const shape = named && around?.schema[named.name.text];
  return shape && shapeDoc(shape);
}

/** What a setting is for, and what its values have to be. */
export function shapeDoc({ doc, values, block, required, repeated }: SettingShape): string {
  const wanted = values.map(describeSetting).join(', then ');
  const facts = [
    doc === undefined ? '' : `${doc.charAt(0).toUpperCase()}${doc.slice(1)}.`,
    wanted === '' ? (block ? 'Takes a block.' : '') : `Takes ${wanted}${block ? ', and a block' : ''}.`,
    required ? 'It has to be there.' : '',
    repeated ? 'It may stand more than once.' : '',
  ];
  return facts.filter((fact) => fact !== '').join(' ');
}
