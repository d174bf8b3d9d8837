// The day, for exemptions that end. The only clock that a compile sees.

/** Today in UTC as `YYYY-MM-DD`; RDP_TODAY sets it, so that a build can be repeated later. */
export function today(): string {
  const set = process.env['RDP_TODAY'];
  return set !== undefined && /^\d{4}-\d\d-\d\d$/.test(set) ? set : new Date().toISOString().slice(0, 10);
}
