import { resolve } from 'node:path';
import type { KeptCertificate } from '../../../../drivers/opcua/index.js';
import type { Cli } from '../../cli.js';
import { siteTime } from '../../site-time.js';
import { table } from '../../table.js';
import { wrapText } from '../../text-width.js';
import { printable } from '../browse/printable.js';
import { trustMessages } from './messages/index.js';
import type { PkiFolder } from './pki-folders.js';
import { grouped } from './thumbprint-argument.js';

/** A folder with what is in it. */
export interface FolderContent {
  readonly folder: PkiFolder;
  readonly certificates: readonly KeptCertificate[];
}

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** A SHA-1 has room on a line of a narrow terminal, a SHA-256 takes two of eight groups. */
const digitsInLine = 40;
const halfOfSha256 = 32;

function thumbprintRows(name: string, hex: string): string[][] {
  if (hex.length <= digitsInLine) return [[name, grouped(hex)]];
  return [
    [name, grouped(hex.slice(0, halfOfSha256))],
    ['', grouped(hex.slice(halfOfSha256))],
  ];
}

/** Everything there is to compare of one certificate. */
export function certificateText(cli: Cli, one: KeptCertificate, folder: PkiFolder, isTrusted: boolean): string {
  const { trust: m } = trustMessages(cli.language);
  const { subject, names, validFrom, validTo, sha1, sha256, keptAt } = one;
  const likely = likelyLinks(one, folder.links).map(({ name, endpoint }) => `${name} (${endpoint})`);
  const rows = [
    ...(likely.length === 0 ? [] : [[m.link(), likely.join(', ')]]),
    ...(names.length === 0 ? [] : [[m.names(), names.map(printable).join(', ')]]),
    [m.valid(), m.validSpan({ from: day(validFrom), to: day(validTo) })],
    [isTrusted ? m.trustedAt() : m.refusedAt(), siteTime(Math.floor(keptAt / 1000) * 1000, folder.timezone)],
    ...thumbprintRows('SHA-1', sha1),
    ...thumbprintRows('SHA-256', sha256),
  ];
  const lines = table(rows, '', '    ').split('\n');
  const indent = ' '.repeat(8);
  return [wrapText(`  ${printable(subject)}`, cli.columns, indent), ...lines.map((line) => wrap(cli, line))].join('\n');
}

const wrap = ({ columns }: Cli, line: string): string => wrapText(line, columns, ' '.repeat(8));

/** The links a certificate can be of: those whose host it names; where it names none of them, each that uses the folder. */
export function likelyLinks({ names }: Pick<KeptCertificate, 'names'>, links: PkiFolder['links']): PkiFolder['links'] {
  const named = links.filter(({ endpoint }) => names.some((name) => name.toLowerCase() === hostOf(endpoint)));
  return named.length > 0 ? named : links;
}

/** Of `opc.tcp://host:port/path`; an IPv6 address without its brackets. */
const hostOf = (endpoint: string): string =>
  new URL(endpoint.replace(/^opc\.tcp:/, 'http:')).hostname.replace(/^\[|\]$/g, '').toLowerCase();

/** All that was refused, or is trusted, and what to do about it; `place` goes behind a command. */
export function listText(cli: Cli, contents: readonly FolderContent[], isTrusted: boolean, place: string): string {
  const { trust: m } = trustMessages(cli.language);
  const count = contents.reduce((sum, { certificates }) => sum + certificates.length, 0);
  const places = contents.map(({ folder }) => resolve(folder.path));
  if (count === 0)
    return wrapText(`${isTrusted ? m.noneTrusted() : m.noneRefused()}\n${m.lookedIn({ places })}`, cli.columns);
  const blocks = contents
    .filter(({ certificates }) => certificates.length > 0)
    .map(({ folder, certificates }) =>
      [
        m.folder({ folder: resolve(folder.path) }),
        ...certificates.map((one) => certificateText(cli, one, folder, isTrusted)),
      ].join('\n\n'),
    );
  const [first] = contents.flatMap(({ certificates }) => certificates);
  const command = `sluice trust ${isTrusted ? '--remove ' : ''}${first?.sha1.slice(0, 12) ?? ''}${place}`;
  const closing = wrapText(isTrusted ? m.howToRemove() : m.meaning(), cli.columns);
  // On a line of its own and whole, to be copied.
  return [...blocks, `${closing}\n  ${command}`].join('\n\n');
}
