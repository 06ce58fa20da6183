import { isIP } from 'node:net';

/** True for addresses that only programs of this machine can reach. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** The host of a `Host` header without its port; IPv6 without brackets. Undefined when the header is malformed. */
export function hostOf(header: string): string | undefined {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([^:[\]/@\s]+))(?::\d+)?$/.exec(header);
  return (match?.[1] ?? match?.[2])?.toLowerCase();
}

/** An address as a part of a URL. */
export const urlHost = (host: string): string => (isIP(host) === 6 ? `[${host}]` : host);
