/** What a request shows of its user. `name` only where the scheme carries one. */
export interface Credentials {
  readonly scheme: 'bearer' | 'basic';
  readonly token: string;
  readonly name?: string;
}

/**
 * Reads an `Authorization` header: `Bearer TOKEN` (RFC 6750), or `Basic` of user name and token (RFC 7617), which is
 * what a browser can ask a person for. Undefined when it is neither.
 */
export function parseCredentials(header: string): Credentials | undefined {
  const [scheme = '', value = '', ...rest] = header.trim().split(/ +/);
  if (value === '' || rest.length > 0) return undefined;
  if (/^bearer$/i.test(scheme)) return { scheme: 'bearer', token: value };
  if (!/^basic$/i.test(scheme)) return undefined;
  const pair = Buffer.from(value, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  return colon < 1 ? undefined : { scheme: 'basic', name: pair.slice(0, colon), token: pair.slice(colon + 1) };
}
