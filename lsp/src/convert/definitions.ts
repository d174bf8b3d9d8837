// Places that are gone to, and names that are marked → the protocol's links and highlights.

import {
  DocumentHighlightKind,
  type DefinitionLink,
  type DocumentHighlight,
  type Location,
} from 'vscode-languageserver';
import type { Definition } from '../ide/definition.ts';
import type { Highlight } from '../ide/references.ts';
import type { Converter } from './converter.ts';

/** Links with the name that they go from, for clients that know them; otherwise places alone. */
export function toDefinition(
  convert: Converter,
  { origin, targets }: Definition,
  form: 'links' | 'locations',
): DefinitionLink[] | Location[] {
  if (form === 'locations') return targets.map(({ name }) => convert.location(name));
  return targets.map(({ name, extent }) => ({
    originSelectionRange: convert.range(origin),
    targetUri: convert.uri(name.file),
    targetRange: convert.range(extent),
    targetSelectionRange: convert.range(name),
  }));
}

/** A name of a file; where it is declared counts as written. */
export function toHighlight(convert: Converter, { span, access }: Highlight): DocumentHighlight {
  const kind = access === 'read' ? DocumentHighlightKind.Read : DocumentHighlightKind.Write;
  return { range: convert.range(span), kind };
}
