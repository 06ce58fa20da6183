import type { Cli } from '../../cli.js';
import { table } from '../../table.js';
import { textWidth, wrapText } from '../../text-width.js';
import { kitMessages } from '../kit-messages.js';
import type { PortFacts } from './port-facts.js';

/** The name that stays the same when adapters are plugged in in another order. */
export const lastingName = ({ device, byId, byPath }: PortFacts, sharesName: boolean): string =>
  (sharesName ? byPath[0] : (byId[0] ?? byPath[0])) ?? device;

/** Names are long: each has a line of its own, below its port. */
const nameIndent = '      ';

/** Ports with their names, and whatever is amiss with them. `user`: who asks. */
export function portsText(cli: Cli, ports: readonly PortFacts[], user: string): string {
  const { ports: m } = kitMessages(cli.language);
  const backed = ports.filter(({ isBacked }) => isBacked);
  const empty = ports.filter(({ isBacked }) => !isBacked);
  const twins = namesake(backed);
  const lines = portRows(cli, backed).flatMap((row, n) => {
    const port = backed[n] as PortFacts;
    const name = lastingName(port, isTwin(port, twins));
    return [row, ...(name === port.device ? [] : [nameIndent + name])];
  });
  const remarks = [
    ...backed.flatMap(({ device, group, mayUse }) => (mayUse ? [] : [m.denied({ device, group, user })])),
    ...backed.flatMap(({ device, holders }) => (holders.length === 0 ? [] : [m.inUse({ device, who: holders })])),
    ...twins.map((name) => m.sameName({ name })),
    ...(empty.length === 0 ? [] : [m.empty({ devices: empty.map(({ device }) => device) })]),
    ...backed.slice(0, 1).map((port) => m.write({ name: lastingName(port, isTwin(port, twins)) })),
  ];
  const head = backed.length === 0 ? m.none() : lines.join('\n');
  return [head, ...remarks.map((remark) => wrapText(remark, cli.columns))].join('\n');
}

/** What each port is; in columns where the terminal has room for them. */
function portRows(cli: Cli, ports: readonly PortFacts[]): string[] {
  const { ports: m } = kitMessages(cli.language);
  const rows = ports.map(({ device, product, usbId, driver }) => [
    device,
    usbId === '' ? m.builtIn() : m.usb({ product: product || 'USB', id: usbId }),
    driver === '' ? '' : m.driver({ driver }),
  ]);
  const aligned = rows.length === 0 ? [] : table(rows).split('\n');
  if (aligned.every((row) => textWidth(row) <= cli.columns)) return aligned;
  return rows.map((row) => wrapText(`  ${row.filter((cell) => cell !== '').join('  ')}`, cli.columns, nameIndent));
}

/** Names under by-id that adapters without a serial number of one make would share. */
function namesake(ports: readonly PortFacts[]): string[] {
  return ports.flatMap((port) => {
    const others = ports.filter(({ device, usbId }) => device !== port.device && usbId !== '' && usbId === port.usbId);
    return port.byId.length > 0 && others.some(({ byId }) => byId.length === 0) ? [port.byId[0] as string] : [];
  });
}

/** The adapter a shared name leads to, and those it hides. */
const isTwin = ({ byId }: PortFacts, shared: readonly string[]): boolean => byId.some((name) => shared.includes(name));
