// Times as logs write them → milliseconds since the epoch.

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `2026-11-23T06:00:00Z` and whatever else ECMAScript reads, `17/May/2015:08:05:32 +0000`, seconds, milliseconds or nanoseconds. */
export function logTime(text: string): number | undefined {
  const clf = /^(\d{2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}:\d{2}:\d{2}) ([+-]\d{2})(\d{2})$/.exec(text);
  if (clf !== null) {
    const [, day = '', month = '', year = '', time = '', hours = '', minutes = ''] = clf;
    const index = months.indexOf(month) + 1;
    return known(Date.parse(`${year}-${String(index).padStart(2, '0')}-${day}T${time}${hours}:${minutes}`));
  }
  if (/^\d+(?:\.\d+)?$/.test(text)) {
    const number = Number(text);
    if (number > 1e17) return known(number / 1e6); // nanoseconds
    if (number > 1e14) return known(number / 1e3); // microseconds
    return known(number > 1e11 ? number : number * 1000);
  }
  return known(Date.parse(text));
}

/** A time that a date can hold, in whole milliseconds. */
function known(milliseconds: number): number | undefined {
  return Number.isFinite(milliseconds) && Math.abs(milliseconds) <= 8.64e15 ? Math.round(milliseconds) : undefined;
}
