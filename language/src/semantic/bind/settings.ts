// Settings (`name value value { block }`) against a schema: unknown and repeated names, values of another type, what is
// missing. Gives the checked values; knows nothing of what they are for.

import type { Expr, Name, Setting } from '../../syntax/ast.ts';
import type { SettingValue, Settings } from '../model.ts';
import type { SettingShape, SettingType, SettingsCheck } from '../setting-schema.ts';
import type { FileUnit } from '../symbols.ts';
import type { Binder } from './binder.ts';
import { didYouMean, report } from './binder.ts';

/** The values of the settings that are right. */
export function checkSettings(binder: Binder, unit: FileUnit, check: SettingsCheck): Settings {
  const values = new Map<string, SettingValue>();
  binder.recorder?.settings.set(check.settings, check);
  for (const setting of check.settings) {
    const name = setting.name.text;
    if (name === '') continue;
    const shape = Object.hasOwn(check.schema, name) ? check.schema[name] : undefined;
    if (shape === undefined) {
      const extra = didYouMean(unit, setting.name, Object.keys(check.schema));
      report(binder, 'unknown-setting', { unit, node: setting.name }, { name, what: check.what }, extra);
      continue;
    }
    if (values.has(name) && !shape.repeated) {
      report(binder, 'duplicate-setting', { unit, node: setting.name }, { name });
      continue;
    }
    const value = checkSetting(binder, unit, setting, shape);
    if (value === undefined) continue;
    const before = values.get(name);
    values.set(name, shape.repeated ? [...(Array.isArray(before) ? before : []), value] : value);
  }
  for (const [name, shape] of Object.entries(check.schema)) {
    if (shape.required && !check.settings.some((setting) => setting.name.text === name)) {
      report(binder, 'missing-setting', { unit, node: check.owner }, { name, what: check.what });
    }
  }
  return values;
}

function checkSetting(binder: Binder, unit: FileUnit, setting: Setting, shape: SettingShape): SettingValue | undefined {
  const parts: SettingValue[] = [];
  for (const [index, expr] of setting.values.entries()) {
    const type = shape.values[index];
    if (type === undefined) {
      report(binder, 'invalid-setting', { unit, node: expr }, { name: setting.name.text, wanted: 'nothing more' });
      return undefined;
    }
    const value = settingValue(expr, type);
    if (value === undefined) {
      if (expr.kind !== 'hole') {
        const holes = { name: setting.name.text, wanted: describeSetting(type) };
        report(binder, 'invalid-setting', { unit, node: expr }, holes);
      }
      return undefined;
    }
    parts.push(value);
  }
  const either = shape.form === 'values or block';
  const [first] = either && setting.block ? [] : shape.values;
  if (either && setting.block && parts.length > 0) {
    const holes = { name: setting.name.text, wanted: 'either a value or a block' };
    report(binder, 'invalid-setting', { unit, node: setting.name }, holes);
    return undefined;
  }
  if (first !== undefined && parts.length === 0 && setting.values.length === 0) {
    report(
      binder,
      'invalid-setting',
      { unit, node: setting.name },
      { name: setting.name.text, wanted: describeSetting(first) },
    );
    return undefined;
  }
  if (setting.block && !shape.block) {
    report(binder, 'invalid-setting', { unit, node: setting.name }, { name: setting.name.text, wanted: 'no block' });
    return undefined;
  }
  if (shape.block && (setting.block || !either)) {
    const what = `\`${setting.name.text}\``;
    const inner = checkSettings(binder, unit, {
      settings: setting.block ?? [],
      schema: shape.block,
      owner: setting.name,
      what,
    });
    return parts.length === 0 ? inner : [...parts, inner];
  }
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : parts;
}

function settingValue(expr: Expr, type: SettingType): SettingValue | undefined {
  if (typeof type === 'object') {
    if ('form' in type) return expr.kind === 'string' && type.form.test(expr.value) ? expr.value : undefined;
    const word = expr.kind === 'name' ? expr.name.text : undefined;
    return word !== undefined && type.words.includes(word) ? word : undefined;
  }
  switch (type) {
    case 'text':
      return expr.kind === 'string' ? expr.value : undefined;
    case 'int':
      return expr.kind === 'int' ? expr.value : undefined;
    case 'number':
      return expr.kind === 'int' ? expr.value : expr.kind === 'float' ? String(expr.value) : undefined;
    case 'flag':
      return expr.kind === 'bool' ? expr.value : undefined;
    case 'texts': {
      if (expr.kind === 'string') return [expr.value];
      if (expr.kind !== 'list') return undefined;
      const items = expr.items.map((item) => (item.kind === 'string' ? item.value : undefined));
      return allDefined(items);
    }
    case 'reference':
      return referenceText(expr);
    case 'references': {
      if (expr.kind !== 'list') return undefined;
      return allDefined(expr.items.map(referenceText));
    }
  }
}

/** The names of `a.b.c`, when `expr` is just that; none otherwise. */
export function referenceParts(expr: Expr): readonly Name[] {
  if (expr.kind === 'name') return [expr.name];
  if (expr.kind !== 'member' || expr.optional) return [];
  const of = referenceParts(expr.of);
  return of.length === 0 ? [] : [...of, expr.name];
}

function referenceText(expr: Expr): string | undefined {
  const parts = referenceParts(expr);
  return parts.length === 0 ? undefined : parts.map((part) => part.text).join('.');
}

function allDefined(items: readonly (string | undefined)[]): readonly string[] | undefined {
  const texts = items.filter((item) => item !== undefined);
  return texts.length === items.length ? texts : undefined;
}

/** What a value has to be, in words. */
export function describeSetting(type: SettingType): string {
  if (typeof type === 'object' && 'form' in type) return type.wanted;
  if (typeof type === 'object') return type.words.map((word) => `\`${word}\``).join(' or ');
  switch (type) {
    case 'text':
      return 'text in quotes';
    case 'texts':
      return 'a list of texts';
    case 'int':
      return 'a whole number';
    case 'number':
      return 'a number';
    case 'flag':
      return '`true` or `false`';
    case 'reference':
      return 'a name';
    case 'references':
      return 'a list of names';
  }
}
