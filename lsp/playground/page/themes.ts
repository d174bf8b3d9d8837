// The editors in the page's two shades: its colours as Monaco's themes.

import { editor } from 'monaco-editor/editor';
import type { Shade } from './shade.ts';

interface Colours {
  readonly text: string;
  readonly dim: string;
  readonly keyword: string;
  readonly clause: string;
  readonly type: string;
  readonly string: string;
  readonly regexp: string;
  readonly number: string;
  readonly function: string;
  readonly constant: string;
  readonly background: string;
  readonly line: string;
  readonly selection: string;
  readonly widget: string;
  readonly border: string;
  readonly accent: string;
}

const dark: Colours = {
  text: 'dfe5ee',
  dim: '7f8b9c',
  keyword: 'ff8fa3',
  clause: 'c4a7ff',
  type: '7fd6e8',
  string: 'a8d99c',
  regexp: 'f4b47a',
  number: 'f2c572',
  function: '86b8ff',
  constant: 'f2c572',
  background: '12161d',
  line: '181e27',
  selection: '2b4263',
  widget: '171d26',
  border: '2a3340',
  accent: '6ea8fe',
};

const light: Colours = {
  text: '1c2430',
  dim: '687385',
  keyword: 'b0254b',
  clause: '6b3fc4',
  type: '0b7285',
  string: '2b7a2f',
  regexp: 'a8510a',
  number: '8a5a00',
  function: '1d5fc2',
  constant: '8a5a00',
  background: 'ffffff',
  line: 'f4f6f9',
  selection: 'cfe2ff',
  widget: 'ffffff',
  border: 'd9dfe8',
  accent: '1d5fc2',
};

function define(name: string, base: 'vs' | 'vs-dark', colours: Colours): void {
  const rule = (token: string, foreground: string, fontStyle?: string): editor.ITokenThemeRule => ({
    token,
    foreground,
    ...(fontStyle === undefined ? {} : { fontStyle }),
  });
  const c = colours;
  editor.defineTheme(name, {
    base,
    inherit: true,
    rules: [
      rule('', c.text),
      rule('comment', c.dim, 'italic'),
      rule('keyword', c.keyword),
      rule('keyword.clause', c.clause),
      rule('type', c.type),
      rule('class', c.type),
      rule('struct', c.type),
      rule('enum', c.type),
      rule('interface', c.type),
      rule('event', c.type),
      rule('namespace', c.type),
      rule('string', c.string),
      rule('string.hole', c.regexp),
      rule('string.escape', c.regexp),
      rule('regexp', c.regexp),
      rule('number', c.number),
      rule('function', c.function),
      rule('method', c.function),
      rule('macro', c.function),
      rule('constant', c.constant),
      rule('enumMember', c.constant),
      rule('property', c.text),
      rule('variable', c.text),
      rule('parameter', c.text, 'italic'),
      rule('key', c.function),
      rule('operator', c.dim),
      rule('delimiter', c.dim),
    ],
    colors: {
      'editor.background': `#${c.background}`,
      'editor.foreground': `#${c.text}`,
      'editor.lineHighlightBackground': `#${c.line}`,
      'editor.lineHighlightBorder': '#00000000',
      'editor.selectionBackground': `#${c.selection}`,
      'editorLineNumber.foreground': `#${c.dim}99`,
      'editorLineNumber.activeForeground': `#${c.text}`,
      'editorGutter.background': `#${c.background}`,
      'editorWidget.background': `#${c.widget}`,
      'editorWidget.border': `#${c.border}`,
      'editorHoverWidget.background': `#${c.widget}`,
      'editorHoverWidget.border': `#${c.border}`,
      'editorSuggestWidget.background': `#${c.widget}`,
      'editorInlayHint.foreground': `#${c.dim}`,
      'editorInlayHint.background': '#00000000',
      'editorCodeLens.foreground': `#${c.dim}`,
      'editorIndentGuide.background1': `#${c.border}80`,
      'scrollbarSlider.background': `#${c.dim}33`,
      'scrollbarSlider.hoverBackground': `#${c.dim}55`,
      focusBorder: `#${c.accent}`,
    },
  });
}

/** Makes the themes known. */
export function defineThemes(): void {
  define('rdp-dark', 'vs-dark', dark);
  define('rdp-light', 'vs', light);
}

/** Shows every editor in a shade. */
export function setTheme(shade: Shade): void {
  editor.setTheme(`rdp-${shade}`);
}
