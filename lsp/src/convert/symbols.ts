// Outlines → the protocol's symbols.

import { SymbolKind, type DocumentSymbol, type SymbolInformation, type WorkspaceSymbol } from 'vscode-languageserver';
import type { OutlineKind, OutlineSymbol } from '../ide/document-symbols.ts';
import type { Converter } from './converter.ts';

const kinds: Readonly<Record<OutlineKind, SymbolKind>> = {
  surface: SymbolKind.Interface,
  event: SymbolKind.Event,
  type: SymbolKind.Struct,
  list: SymbolKind.Enum,
  entry: SymbolKind.EnumMember,
  value: SymbolKind.Constant,
  pattern: SymbolKind.Constant,
  function: SymbolKind.Function,
  rule: SymbolKind.Class,
  test: SymbolKind.Method,
  pack: SymbolKind.Module,
  field: SymbolKind.Field,
};

/** A symbol with those inside of it. */
export function toDocumentSymbol(convert: Converter, symbol: OutlineSymbol): DocumentSymbol {
  const { name, detail, kind, extent, span, children } = symbol;
  return {
    name,
    detail,
    kind: kinds[kind],
    range: convert.range(extent),
    selectionRange: convert.range(span),
    ...(children.length > 0 ? { children: children.map((child) => toDocumentSymbol(convert, child)) } : {}),
  };
}

/** The same in a row, for clients that know no trees. */
export function toSymbolInformation(convert: Converter, symbol: OutlineSymbol, container: string): SymbolInformation[] {
  return [
    toWorkspaceSymbol(convert, symbol, container),
    ...symbol.children.flatMap((child) => toSymbolInformation(convert, child, symbol.name)),
  ];
}

/** A symbol of a project. */
export function toWorkspaceSymbol(
  convert: Converter,
  symbol: OutlineSymbol,
  container: string,
): WorkspaceSymbol & SymbolInformation {
  return {
    name: symbol.name,
    kind: kinds[symbol.kind],
    location: convert.location(symbol.span),
    ...(container === '' ? {} : { containerName: container }),
  };
}
