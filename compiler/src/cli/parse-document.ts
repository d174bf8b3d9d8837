// JSON and YAML documents to plain values. Faults are values: they name place and cause.

import { parse as parseYaml, YAMLParseError } from 'yaml';

export type ParsedDocument =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'fault'; readonly message: string };

/** Parses by the ending of `path`: `.yaml` and `.yml` are YAML 1.2, everything else is JSON. */
export function parseDocument(path: string, text: string): ParsedDocument {
  return isYaml(path) ? parseAsYaml(text) : parseAsJson(text);
}

/** Whether a path names a YAML document. */
export function isYaml(path: string): boolean {
  return /\.ya?ml$/i.test(path);
}

function parseAsYaml(text: string): ParsedDocument {
  try {
    const value: unknown = parseYaml(text, { prettyErrors: true, maxAliasCount: 100 });
    return { kind: 'value', value };
  } catch (error) {
    if (!(error instanceof YAMLParseError) && !(error instanceof ReferenceError)) throw error;
    return { kind: 'fault', message: `it is no YAML: ${firstLine(error.message)}` };
  }
}

function parseAsJson(text: string): ParsedDocument {
  try {
    const value: unknown = JSON.parse(text);
    return { kind: 'value', value };
  } catch (error) {
    return { kind: 'fault', message: `it is no JSON: ${error instanceof Error ? firstLine(error.message) : ''}` };
  }
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? '').replace(/:$/, '');
}
