// The bars between the panes: drawn with a pointer, or moved with arrow keys.

import { byId } from './dom.ts';

/** Makes both bars move what is beside them. */
export function startSplits(): void {
  split(byId('split-columns'), 'column', 54);
  split(byId('split-rows'), 'row', 42);
}

function split(bar: HTMLElement, direction: 'column' | 'row', initial: number): void {
  const panes = bar.parentElement as HTMLElement; // it stands in the page
  let share = initial;
  const set = (next: number): void => {
    share = Math.min(80, Math.max(20, next));
    panes.style.setProperty(`--${direction}`, `${share}%`);
    bar.setAttribute('aria-valuenow', String(Math.round(share)));
  };
  set(initial);
  bar.addEventListener('pointerdown', (down) => {
    bar.setPointerCapture(down.pointerId);
    const move = ({ clientX, clientY }: PointerEvent): void => {
      const { left, top, width, height } = panes.getBoundingClientRect();
      set(direction === 'column' ? ((clientX - left) / width) * 100 : ((clientY - top) / height) * 100);
    };
    bar.addEventListener('pointermove', move);
    bar.addEventListener('pointerup', () => bar.removeEventListener('pointermove', move), { once: true });
  });
  bar.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: -2, ArrowUp: -2, ArrowRight: 2, ArrowDown: 2 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    set(share + step);
  });
}
