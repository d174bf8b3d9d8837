// Templates of paths (`/v1beta/models/{model}:generateContent`) → whether a request's path is one of them. As the module matches routes: segments are
// compared decoded, a parameter takes one segment that is not empty.

/** Whether `path`, without query, is of the template. */
export function fitsTemplate(template: string, path: string): boolean {
  const parts = segmentsOf(template);
  const segments = segmentsOf(path);
  return parts.length === segments.length && parts.every((part, index) => fitsSegment(part, segments[index] ?? ''));
}

function segmentsOf(path: string): readonly string[] {
  return (path.startsWith('/') ? path.slice(1) : path).split('/');
}

function fitsSegment(part: string, written: string): boolean {
  const segment = percentDecoded(written);
  const [open, close] = [part.indexOf('{'), part.lastIndexOf('}')];
  if (open < 0 || close < open) return part === segment;
  const [before, after] = [part.slice(0, open), part.slice(close + 1)];
  return segment.length > before.length + after.length && segment.startsWith(before) && segment.endsWith(after);
}

/** `%41` → `A`; what is no UTF-8 then stays as it was written. */
function percentDecoded(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
