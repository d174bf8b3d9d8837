// The path of a request → why it is not to be sent on: servers undo encodings, dots, doubled slashes and parameters before they look for a
// route, each in its own way, and rules see the path as it was sent. Source: RFC 3986, 5.2.4 and 6.2.2.
//
// INVARIANT: what passes here is for every usual server the path that was decided on, but for encoded slashes, which are somebody's data in
// some APIs and are looked at with the surface's routes.

/** How many times something may have been encoded on its way. */
const mostRounds = 3;

/** Why a target, path and query, is not to be sent on; undefined when it may be. */
export function pathFault(target: string): string | undefined {
  if (!/^[\x21-\x7e]*$/.test(target)) return 'the target of the request has a character that no target has: encode it';
  if (target.includes('#')) return 'the target of the request has a fragment';
  const [path = ''] = target.split('?', 1);
  if (plainPath.test(path)) return undefined;
  if (path.includes('\\')) return 'the path of the request has a character that no path has';
  if (path.includes('//')) return 'the path of the request has an empty segment';
  if (path.includes(';'))
    return 'the path of the request has parameters (`;`), which servers read differently: encode it';
  if (hasDots(path)) return 'the path of the request has segments of dots';
  return path.includes('%') ? encodingFault(path) : undefined;
}

/** Paths in which nothing can be amiss, which is most. */
const plainPath = /^(?:\/[A-Za-z0-9_~-][A-Za-z0-9_.~:@!$&'()*+,=-]*)*\/?$/;

function encodingFault(path: string): string | undefined {
  if (/%(?![0-9a-f]{2})/i.test(path)) return 'the path of the request has an encoding that is none';
  if (/%(?:[01][0-9a-f]|7f|5c)/i.test(path)) return 'the path of the request has a character that no path has';
  if (/%(?:3[0-9]|4[1-9a-f]|5[0-9af]|6[1-9a-f]|7[0-9a]|2[de])/i.test(path))
    return 'the path of the request encodes a character that needs none';
  let text = path;
  for (let round = 0; round < mostRounds && text.includes('%'); round++) {
    const next = decoded(text);
    if (next === undefined)
      return round === 0 ? 'the path of the request is encoded in something else than UTF-8' : undefined;
    text = next;
    if (hasDots(text.normalize('NFKC').replaceAll('\\', '/'))) return 'the path of the request has segments of dots';
  }
  return undefined;
}

/** Segments that lead elsewhere, with whatever some servers leave off behind them. */
function hasDots(path: string): boolean {
  return path.split('/').some((segment) => /^\.{1,2}(?:[\s\0;?#].*)?$/s.test(segment));
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Whether a path with an encoded slash is one of these routes, so that the slash is part of a parameter. */
export function isOnRoute(templates: readonly string[], path: string): boolean {
  const segments = path.split('/');
  return templates.some((template) => {
    const parts = template.split('/');
    return (
      parts.length === segments.length && parts.every((part, index) => part.includes('{') || part === segments[index])
    );
  });
}
