// A check in slices, between which the connection is heard: what is typed, or no longer wanted, ends it. What it found until
// then is kept by the workspace, so that the check of the next state goes on from there.

import type { Project } from './project.ts';

/** The longest slice, in milliseconds. */
const sliceMs = 15;

/** Works on the check of a project's newest state for so many milliseconds, and says whether that was enough. */
export function checkSlice(project: Project, ms: number = sliceMs): 'checked' | 'more' {
  const end = performance.now() + ms;
  const isEnough = (): boolean => performance.now() >= end;
  return project.snapshot().diagnosticsUntil(isEnough) === undefined ? 'more' : 'checked';
}

/** Checks a project's newest state, also when that becomes another meanwhile. False when it is no longer wanted. */
export async function checkInSlices(project: Project, isWanted: () => boolean): Promise<boolean> {
  while (checkSlice(project) === 'more') {
    await new Promise<void>((resolve) => void setImmediate(resolve));
    if (!isWanted()) return false;
  }
  return true;
}
