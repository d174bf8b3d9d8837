// The view of who enforces what: rules, clusters, points of enforcement, and gaps with their reasons.

import {
  commands,
  EventEmitter,
  type ExtensionContext,
  type SymbolInformation,
  ThemeColor,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
  TreeItemCollapsibleState,
  window,
  workspace,
} from 'vscode';
import type { Requests } from '../start.ts';
import { reportNodes, reportSummary, type ReportNode } from './rows.ts';

const icons: Readonly<Record<ReportNode['status'], ThemeIcon>> = {
  enforced: new ThemeIcon('pass-filled', new ThemeColor('testing.iconPassed')),
  observed: new ThemeIcon('eye', new ThemeColor('editorWarning.foreground')),
  accepted: new ThemeIcon('circle-slash', new ThemeColor('disabledForeground')),
  gap: new ThemeIcon('error', new ThemeColor('testing.iconFailed')),
};

/** Adds the view and its commands. */
export function registerReport(context: ExtensionContext, requests: Requests): void {
  const changed = new EventEmitter<undefined>();
  let nodes: readonly ReportNode[] = [];
  const provider: TreeDataProvider<ReportNode> = {
    onDidChangeTreeData: changed.event,
    getChildren: (node) => [...(node === undefined ? nodes : node.children)],
    getTreeItem: itemOf,
  };
  const view = window.createTreeView('rdp.report', { treeDataProvider: provider, showCollapseAll: true });
  const refresh = async (): Promise<void> => {
    if (!view.visible) return;
    const policy = await anyPolicy();
    const answer = policy === undefined ? null : await requests.report(policy);
    const rows = answer?.kind === 'report' ? answer.report.rules : [];
    nodes = reportNodes(rows);
    view.description = reportSummary(rows);
    // Without a property a view has no message.
    if (answer?.kind === 'problem') view.message = `There is no report: ${answer.message}.`;
    else delete view.message;
    changed.fire(undefined);
  };
  context.subscriptions.push(
    view,
    changed,
    view.onDidChangeVisibility(() => void refresh()),
    window.onDidChangeActiveTextEditor(() => void refresh()),
    requests.onChange(() => void refresh()),
    commands.registerCommand('rdp.refreshReport', refresh),
    commands.registerCommand('rdp.openReport', () => commands.executeCommand('rdp.report.focus')),
    commands.registerCommand('rdp.goToRule', goToRule),
  );
}

async function anyPolicy(): Promise<string | undefined> {
  const active = window.activeTextEditor?.document;
  if (active?.languageId === 'rdp') return active.uri.toString();
  const [first] = await workspace.findFiles('**/*.rdp', '**/node_modules/**', 1);
  return first?.toString();
}

function itemOf(node: ReportNode): TreeItem {
  const isRule = node.children.length > 0;
  const item = new TreeItem(node.label, isRule ? TreeItemCollapsibleState.Collapsed : TreeItemCollapsibleState.None);
  item.description = node.description;
  item.tooltip = node.tooltip;
  item.iconPath = icons[node.status];
  item.command = { command: 'rdp.goToRule', title: 'Go to the rule', arguments: [node.rule] };
  return item;
}

async function goToRule(name: unknown): Promise<void> {
  if (typeof name !== 'string') return;
  const short = name.split('.').at(-1) ?? name;
  const found = await commands.executeCommand<readonly SymbolInformation[]>(
    'vscode.executeWorkspaceSymbolProvider',
    short,
  );
  const symbol = found.find((one) => one.name === short && one.location.uri.path.endsWith('.rdp'));
  if (symbol === undefined) return;
  await window.showTextDocument(symbol.location.uri, { selection: symbol.location.range });
}
