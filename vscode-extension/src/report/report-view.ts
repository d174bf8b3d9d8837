// The views of who enforces what: rules, clusters, points of enforcement, gaps with their reasons; and threats with what is against them.

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
  type TreeView,
  window,
  workspace,
} from 'vscode';
import type { Requests } from '../requests.ts';
import { reportNodes, reportSummary, threatNodes, type ReportNode } from './rows.ts';

const icons: Readonly<Record<ReportNode['status'], ThemeIcon>> = {
  enforced: new ThemeIcon('pass-filled', new ThemeColor('testing.iconPassed')),
  observed: new ThemeIcon('eye', new ThemeColor('editorWarning.foreground')),
  accepted: new ThemeIcon('circle-slash', new ThemeColor('disabledForeground')),
  gap: new ThemeIcon('error', new ThemeColor('testing.iconFailed')),
};

/** A tree that shows the nodes it was given last. */
interface NodeTree {
  readonly view: TreeView<ReportNode>;
  readonly show: (nodes: readonly ReportNode[], description: string) => void;
}

/** Adds the views and their commands. */
export function registerReport(context: ExtensionContext, requests: Requests): void {
  const rules = nodeTree(context, 'rdp.report');
  const threats = nodeTree(context, 'rdp.threats');
  const refresh = async (): Promise<void> => {
    if (!rules.view.visible && !threats.view.visible) return;
    const policy = await anyPolicy();
    const answer = policy === undefined ? null : await requests.report(policy);
    const report = answer?.kind === 'report' ? answer.report : { rules: [], threats: [] };
    rules.show(reportNodes(report.rules), reportSummary(report.rules));
    const covered = report.threats.filter((threat) => threat.rules.length > 0).length;
    threats.show(threatNodes(report.threats), covered === 0 ? '' : `${covered} of ${report.threats.length} covered`);
    // Without the property a view has no message.
    if (answer?.kind === 'problem') rules.view.message = `There is no report: ${answer.message}.`;
    else delete rules.view.message;
  };
  context.subscriptions.push(
    rules.view.onDidChangeVisibility(() => void refresh()),
    threats.view.onDidChangeVisibility(() => void refresh()),
    window.onDidChangeActiveTextEditor(() => void refresh()),
    requests.onChange(() => void refresh()),
    commands.registerCommand('rdp.refreshReport', refresh),
    commands.registerCommand('rdp.openReport', () => commands.executeCommand('rdp.report.focus')),
    commands.registerCommand('rdp.showCoverage', () => commands.executeCommand('rdp.threats.focus')),
    commands.registerCommand('rdp.goToRule', goToRule),
  );
}

function nodeTree(context: ExtensionContext, id: string): NodeTree {
  const changed = new EventEmitter<undefined>();
  let nodes: readonly ReportNode[] = [];
  const provider: TreeDataProvider<ReportNode> = {
    onDidChangeTreeData: changed.event,
    getChildren: (node) => [...(node === undefined ? nodes : node.children)],
    getTreeItem: itemOf,
  };
  const view = window.createTreeView(id, { treeDataProvider: provider, showCollapseAll: true });
  context.subscriptions.push(view, changed);
  return {
    view,
    show: (shown, description) => {
      nodes = shown;
      view.description = description;
      changed.fire(undefined);
    },
  };
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
  if (node.rule !== '') item.command = { command: 'rdp.goToRule', title: 'Go to the rule', arguments: [node.rule] };
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
