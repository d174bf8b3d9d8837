// The settings that a provider may have: where it answers, how its responses stream, how it refuses. What they mean is the business
// of `bind-provider.ts`, `provider-stream.ts` and `provider-plan.ts`.

import type { ProviderDecl } from '../../syntax/ast.ts';
import type { Settings, SettingValue } from '../model.ts';
import type { FileUnit } from '../symbols.ts';
import type { Binder } from './binder.ts';
import type { SettingSchema } from '../setting-schema.ts';
import { checkSettings } from './settings.ts';

/** What may be between the events of a stream. */
export const streamFormats = ['sse', 'ndjson', 'json', 'eventstream'] as const;

const format = { words: streamFormats };
const pointers = ['text', 'text', 'text', 'text', 'text'] as const;
/** Events in which the value at a pointer is one of these. */
const eventsWhere = { values: ['text', 'texts'] } as const;

const providerSchema: SettingSchema = {
  hosts: { values: ['texts'], required: true, doc: 'where it answers; `*.` ahead stands for any labels' },
  paths: { values: ['texts'], doc: 'paths that its mappings read; all, where it has none or one is `*`' },
  anywhere: {
    values: [],
    doc: 'how it is known at hosts of nobody',
    block: { path: { values: ['text', 'text'], repeated: true } },
  },
  keys: { values: ['text'], doc: 'the header that carries a key' },
  like: { values: ['reference'], doc: 'a provider whose settings and mappings it has, where it has none itself' },
  stream: {
    values: [format, format, format, format],
    doc: 'how a response streams; what stands where in its events, by JSON Pointers in which `*` is any index',
    block: {
      /** A piece of a text that goes on in the next event; then values that tell such texts apart. */
      piece: { values: pointers, repeated: true, block: { only: eventsWhere, except: eventsWhere } },
      /** A text that is whole in its event. */
      whole: { values: ['text'], repeated: true, block: { only: eventsWhere, except: eventsWhere } },
      /** A tool call: values that tell it from others, and in braces where its name and its arguments are. */
      call: {
        values: ['texts'],
        repeated: true,
        block: {
          name: { values: ['text'] },
          piece: { values: ['text'] },
          json: { values: ['text'] },
          value: { values: ['text'] },
          only: eventsWhere,
        },
      },
      input: { values: pointers, repeated: true },
      output: { values: pointers, repeated: true },
      more_input: { values: pointers, repeated: true },
      more_output: { values: pointers, repeated: true },
      finish: { values: ['text'], repeated: true },
    },
  },
  ask: {
    values: [],
    doc: 'what a request has to say so that the tokens of its stream are counted',
    repeated: true,
    block: {
      paths: { values: ['texts'], required: true },
      when: { values: ['text'], required: true },
      set: { values: ['text'], required: true },
      drop: { values: ['text'], required: true },
    },
  },
  refusal: {
    values: [],
    doc: 'how its API says that it refuses',
    block: {
      message: { values: ['text'], required: true },
      status: { values: ['text'] },
      text: { values: ['text', 'text'], repeated: true },
      header: { values: ['text', 'text'], repeated: true },
      event: { values: ['text'] },
    },
  },
};

/** Checks the settings of a provider. */
export function bindProviderSettings(binder: Binder, decl: ProviderDecl, unit: FileUnit): Settings {
  return checkSettings(binder, unit, {
    settings: decl.settings,
    schema: providerSchema,
    owner: decl.name,
    what: 'a provider',
  });
}

/** A setting's value as a list of texts. */
export function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

/** The values of a setting that may have several, or may stand more than once. */
export function valuesOf(value: SettingValue | undefined): readonly SettingValue[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}

/** The block among a setting's values. */
export function blockOf(value: SettingValue | undefined): Settings | undefined {
  return valuesOf(value).find((item): item is Settings => item instanceof Map);
}
