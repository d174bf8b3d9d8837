// Who uses what: detections and defences, patterns, functions, sets, tests.

import { toHierarchyItem, toIncoming, toOutgoing } from '../../convert/lenses.ts';
import { calleesOf, callersOf, hierarchyItemAt, type HierarchyCall } from '../../ide/call-hierarchy.ts';
import type { CallHierarchyItem } from 'vscode-languageserver';
import type { Span, Workspace } from '@rdp/language';
import type { Steps } from '../../ide/steps.ts';
import type { Feature, Point } from '../feature.ts';

/** The registration. */
export const callHierarchyFeature: Feature = {
  name: 'call hierarchy',
  capabilities: () => ({ callHierarchyProvider: true }),
  register: ({ connection, atPoint, guarded }) => {
    const { callHierarchy } = connection.languages;
    callHierarchy.onPrepare(
      atPoint('call hierarchy', (point) => {
        const item = hierarchyItemAt(point);
        return item && [toHierarchyItem(point.convert, item)];
      }),
    );
    /** Asks about the declaration that an item stands for. */
    const about = <R>(
      name: string,
      find: (snapshot: Workspace, span: Span) => Steps<readonly HierarchyCall[]>,
      write: (point: Point, call: HierarchyCall) => R,
    ) => {
      const answer = atPoint(name, function* (point) {
        const { snapshot, file, offset } = point;
        const calls = yield* find(snapshot, { file, start: offset, end: offset });
        return calls.map((call) => write(point, call));
      });
      return guarded(
        name,
        ({ item }: { readonly item: CallHierarchyItem }, token) =>
          answer({ textDocument: { uri: item.uri }, position: item.selectionRange.start }, token),
        ['item'],
      );
    };
    callHierarchy.onIncomingCalls(about('who uses it', callersOf, ({ convert }, call) => toIncoming(convert, call)));
    callHierarchy.onOutgoingCalls(about('what it uses', calleesOf, ({ convert }, call) => toOutgoing(convert, call)));
  },
};
