// Texts that an expression matches, drawn from its tree. An assertion is not looked after, so a sample may fail to match where one
// stands inside.

import { parseRegex, type Ranges, type RegexNode } from '@rdp/language';

/** A text that the expression (RE2's syntax) most likely matches; ASCII wherever the expression allows it. */
export function sampleOf(regex: string, next: () => number): string {
  const parsed = parseRegex(regex);
  if (parsed.kind === 'fault') throw new Error(`${parsed.fault.message}: ${regex}`);
  return draw(parsed.node, next);
}

function draw(node: RegexNode, next: () => number): string {
  switch (node.kind) {
    case 'empty':
    case 'assert':
      return '';
    case 'set':
      return drawPoint(node.ranges, next);
    case 'sequence':
      return node.parts.map((part) => draw(part, next)).join('');
    case 'choice': {
      const part = node.parts[Math.floor(next() * node.parts.length)];
      return part ? draw(part, next) : '';
    }
    case 'repeat': {
      const most = Math.min(node.max ?? node.min + 8, node.min + 8);
      const count = node.min + Math.floor(next() * (most - node.min + 1));
      return Array.from({ length: count }, () => draw(node.of, next)).join('');
    }
  }
}

/** A visible ASCII character of the set when there is one, else any of it. */
function drawPoint(ranges: Ranges, next: () => number): string {
  const visible = ranges.flatMap(([low, high]): Ranges => {
    const from = Math.max(low, 0x21);
    const to = Math.min(high, 0x7e);
    return from <= to ? [[from, to]] : [];
  });
  const choice = visible.length > 0 ? visible : ranges;
  const total = choice.reduce((sum, [low, high]) => sum + high - low + 1, 0);
  let left = Math.floor(next() * total);
  for (const [low, high] of choice) {
    if (left <= high - low) return String.fromCodePoint(low + left);
    left -= high - low + 1;
  }
  return '';
}
