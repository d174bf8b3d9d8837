// URIs of documents ↔ the paths that the language knows. Clients write one file in several ways (`file:///c%3A/a`,
// `file:///C:/a`); what is compared is always the form that `normalizeUri` gives.

/** Scheme under which files of the standard library are shown: `rdp-library:/std/pii.rdp`. */
export const libraryScheme = 'rdp-library';

/** One form for all ways to write a URI: nothing encoded that need not be, a drive's letter in lower case, no `/` at the end. */
export function normalizeUri(uri: string): string {
  const match = /^([a-zA-Z][a-zA-Z0-9+.-]*):(.*)$/s.exec(uri);
  if (match === null) return encodePath(decode(uri));
  const [, scheme = '', rest = ''] = match;
  const [, authority = '', path = ''] = /^(?:\/\/([^/]*))?(.*)$/s.exec(rest) ?? [];
  const decoded = decode(path).replace(/^\/([A-Za-z]):/, (_, drive: string) => `/${drive.toLowerCase()}:`);
  const trimmed = decoded.length > 1 ? decoded.replace(/\/+$/, '') : decoded;
  const door = rest.startsWith('//') ? `//${decode(authority).toLowerCase()}` : '';
  return `${scheme.toLowerCase()}:${door}${encodePath(trimmed)}`;
}

/** The URI of a path below `root`, both normalised; `..` at its start leaves the root. */
export function uriBelow(root: string, path: string): string {
  let base = root;
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  while (parts[0] === '..') {
    parts.shift();
    base = parentUri(base);
  }
  const rest = parts.map(encodePath).join('/');
  return isOpen(base) ? `${base}${rest}` : `${base}/${rest}`;
}

/** The path of `uri` below `root`, both normalised; undefined when it is elsewhere. */
export function pathBelow(root: string, uri: string): string | undefined {
  const prefix = isOpen(root) ? root : `${root}/`;
  return uri.startsWith(prefix) ? decode(uri.slice(prefix.length)) : undefined;
}

/** Whether a name may follow as it is: `untitled:` has no folders. */
function isOpen(uri: string): boolean {
  return uri.endsWith('/') || uri.endsWith(':');
}

/** The URI of the folder that `uri` stands in. */
export function parentUri(uri: string): string {
  const at = uri.lastIndexOf('/');
  return at > uri.indexOf(':') + 2 ? uri.slice(0, at) : uri;
}

/** The URI under which a file of the library is shown. */
export function libraryUri(path: string): string {
  return `${libraryScheme}:/${encodePath(path)}`;
}

/** The last part of a URI, decoded. */
export function nameOf(uri: string): string {
  return decode(uri.slice(Math.max(uri.lastIndexOf('/'), uri.indexOf(':')) + 1));
}

function encodePath(path: string): string {
  return path.replace(/[^A-Za-z0-9\-._~!$&'()*+,;=:@/]/gu, (char) => {
    try {
      return encodeURIComponent(char);
    } catch {
      return '%EF%BF%BD'; // half of a surrogate pair names no file
    }
  });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a lone `%`
  }
}
