// Lenses, hints and the hierarchy of who uses what → the protocol's words.

import {
  InlayHintKind,
  MarkupKind,
  SymbolKind,
  type CallHierarchyIncomingCall,
  type CallHierarchyItem,
  type CallHierarchyOutgoingCall,
  type CodeLens as LspCodeLens,
  type Command,
  type InlayHint as LspInlayHint,
} from 'vscode-languageserver';
import type { SourceFile, Span } from '@rdp/language';
import type { HierarchyCall, HierarchyItem } from '../ide/call-hierarchy.ts';
import type { CodeLens } from '../ide/code-lenses.ts';
import {
  commands,
  type CommandName,
  type EventArgument,
  type ReferencesArgument,
  type TestArgument,
} from '../ide/commands.ts';
import type { InlayHint } from '../ide/inlay-hints.ts';
import type { Converter } from './converter.ts';
import { testId } from './previews.ts';

/** What a lens that is resolved later is about. */
export interface LensData {
  readonly uri: string;
  readonly offset: number;
}

/** A lens with its command; of one whose command has to be looked up only where that is. */
export function toCodeLens(convert: Converter, lens: CodeLens): LspCodeLens {
  const { file, start } = lens.span;
  const range = convert.range(lens.span);
  const uri = convert.uri(file);
  switch (lens.kind) {
    case 'test':
    case 'examples': {
      const argument: TestArgument = { id: testId(uri, lens.name), uri, name: lens.name, range };
      return {
        range,
        command: command(lens.kind === 'test' ? 'run test' : 'run examples', commands.runTest, argument),
      };
    }
    case 'evaluate': {
      const { event, entrypoint, rule } = lens;
      const argument: EventArgument = { uri, event, entrypoint, rule };
      return { range, command: command('evaluate with an input', commands.evaluate, argument) };
    }
    case 'covers': {
      const count = lens.threats === 1 ? '1 threat' : `${lens.threats} threats`;
      return { range, command: command(`covers ${count}`, commands.showCoverage) };
    }
    case 'report':
      return { range, command: command('who enforces what', commands.openReport) };
    case 'uses':
      return { range, data: { uri, offset: start } satisfies LensData };
  }
}

/** The command of a lens about the uses of a rule. */
export function toUsesCommand(
  convert: Converter,
  at: { readonly file: SourceFile; readonly offset: number },
  uses: readonly Span[],
): Command {
  const title = uses.length === 0 ? 'not used' : uses.length === 1 ? '1 use' : `${uses.length} uses`;
  const argument: ReferencesArgument = {
    uri: convert.uri(at.file),
    position: convert.position(at.file, at.offset),
    locations: uses.map((use) => convert.location(use)),
  };
  return command(title, commands.showReferences, argument);
}

function command(title: string, name: CommandName, argument?: object): Command {
  return { title, command: name, ...(argument === undefined ? {} : { arguments: [argument] }) };
}

/** A hint in the text. */
export function toInlayHint(convert: Converter, file: SourceFile, hint: InlayHint): LspInlayHint {
  return {
    position: convert.position(file, hint.at),
    label: hint.label,
    ...(hint.kind === 'type' ? { kind: InlayHintKind.Type } : {}),
    ...(hint.tooltip === undefined ? {} : { tooltip: { kind: MarkupKind.Markdown, value: hint.tooltip } }),
  };
}

const kinds: Readonly<Partial<Record<HierarchyItem['kind'], SymbolKind>>> = {
  rule: SymbolKind.Class,
  fn: SymbolKind.Function,
  pack: SymbolKind.Module,
  surface: SymbolKind.Interface,
  test: SymbolKind.Method,
};

/** A declaration of the hierarchy; `data` leads back to it. */
export function toHierarchyItem(
  convert: Converter,
  { name, kind, detail, span, extent }: HierarchyItem,
): CallHierarchyItem {
  return {
    name,
    kind: kinds[kind] ?? SymbolKind.Constant,
    detail,
    uri: convert.uri(span.file),
    range: convert.range(extent),
    selectionRange: convert.range(span),
  };
}

/** Who uses the item that was asked about. */
export function toIncoming(convert: Converter, { item, places }: HierarchyCall): CallHierarchyIncomingCall {
  return { from: toHierarchyItem(convert, item), fromRanges: places.map((place) => convert.range(place)) };
}

/** What the item that was asked about uses. */
export function toOutgoing(convert: Converter, { item, places }: HierarchyCall): CallHierarchyOutgoingCall {
  return { to: toHierarchyItem(convert, item), fromRanges: places.map((place) => convert.range(place)) };
}
