// Elements from plain calls. Texts are text nodes always: nothing that somebody typed becomes markup.

/** What an element may have: attributes, `on…` listeners, and `class`. False and undefined leave an attribute out. */
export type Properties = Readonly<Record<string, string | number | boolean | undefined | ((event: Event) => void)>>;

export type Child = Node | string | undefined | readonly Child[];

/** An element with its children. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Properties = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : String(value));
  }
  append(element, children);
  return element;
}

function append(element: Element, children: readonly Child[]): void {
  for (const child of children) {
    if (child === undefined) continue;
    if (Array.isArray(child)) append(element, child as readonly Child[]);
    else element.append(child as Node | string);
  }
}

/** The element of the page with this id, which its markup has. */
export function byId<E extends HTMLElement = HTMLElement>(id: string): E {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no #${id}`);
  return element as E; // the markup is ours
}

/** Makes the buttons of a list of tabs behave as such: one is chosen, arrows go from one to the next. */
export function tabs(
  list: HTMLElement,
  options: { readonly items: readonly TabItem[]; readonly chosen: string; readonly choose: (id: string) => void },
): void {
  const buttons = options.items.map(({ id, label, badge, controls }) =>
    h(
      'button',
      {
        role: 'tab',
        type: 'button',
        'data-id': id,
        'aria-selected': String(id === options.chosen),
        'aria-controls': controls,
        tabindex: id === options.chosen ? 0 : -1,
        onclick: () => options.choose(id),
      },
      label,
      badge === undefined ? undefined : h('span', { class: `badge ${badge.kind}` }, badge.text),
    ),
  );
  const focused = list.contains(document.activeElement);
  list.replaceChildren(...buttons);
  if (focused) buttons.find((button) => button.tabIndex === 0)?.focus();
  list.onkeydown = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const at = options.items.findIndex(({ id }) => id === options.chosen);
    const next =
      step === undefined ? undefined : options.items[(at + step + options.items.length) % options.items.length];
    if (next === undefined) return;
    event.preventDefault();
    options.choose(next.id);
  };
}

export interface TabItem {
  readonly id: string;
  readonly label: string;
  readonly badge?: { readonly text: string; readonly kind: 'good' | 'bad' | 'plain' };
  readonly controls?: string;
}
