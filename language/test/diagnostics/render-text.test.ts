// How diagnostics look in a terminal.

import test from 'ava';
import { diagnose } from '../../src/diagnostics/catalog.ts';
import { renderDiagnostic, renderShort } from '../../src/diagnostics/render-text.ts';

const file = { path: 'shop/policy.rdp', text: 'package shop\n\nset a = [1\n\n\nset\tname = "x"\n' };
const at = (start: number, end: number) => ({ file, start, end });

test('the place, a second place, and how to help', (t) => {
  const diagnostic = diagnose(
    'unclosed-bracket',
    at(27, 30),
    { closing: ']', found: '`set`' },
    { labels: [{ span: at(22, 23), text: 'opened here' }], help: 'add it\nor not' },
  );
  t.is(
    renderDiagnostic(diagnostic),
    [
      'error[unclosed-bracket]: expected `]`, found `set`',
      ' --> shop/policy.rdp:6:1',
      '  |',
      '3 | set a = [1',
      '  |         - opened here',
      '…',
      '6 | set  name = "x"',
      '  | ^^^',
      '  = help: add it',
      '          or not',
    ].join('\n'),
  );
  t.is(renderShort(diagnostic), 'shop/policy.rdp:6:1: error[unclosed-bracket]: expected `]`, found `set`');
});

test('carets stand under what is meant, behind tabs, wide and combining characters', (t) => {
  const text = '\t日e\u0301 x';
  const odd = { path: 'p.rdp', text };
  const lines = renderDiagnostic(diagnose('invalid-number', { file: odd, start: 5, end: 6 }, { text: 'x' })).split(
    '\n',
  );
  t.is(lines[3], '1 |   日e\u0301 x');
  t.is(lines[4], '  |       ^');
});

test('control characters of a policy do not reach the terminal', (t) => {
  const text = 'a \u001b[31m b \u202e c';
  const rendered = renderDiagnostic(
    diagnose('invalid-number', { file: { path: 'p.rdp', text }, start: 0, end: 1 }, { text: 'a' }),
  );
  t.false(rendered.includes('\u001b') || rendered.includes('\u202e'));
});

test('colours wrap, and leave the text as it is', (t) => {
  const mark = (text: string): string => `<${text}>`;
  const colors = { error: mark, warning: mark, information: mark, frame: mark, strong: mark };
  const diagnostic = diagnose('invalid-number', at(8, 12), { text: 'shop' });
  t.is(renderDiagnostic(diagnostic, colors).replaceAll(/[<>]/g, ''), renderDiagnostic(diagnostic).replaceAll('>', ''));
});
