import type { Cli } from '../../cli.js';
import { table } from '../../table.js';
import { wrapText } from '../../text-width.js';
import { kitMessages } from '../kit-messages.js';
import type { PortFacts } from './port-facts.js';

/** The name that stays the same when adapters are plugged in in another order. */
export const lastingName = ({ device, byId, byPath }: PortFacts, sharesName: boolean): string =>
  (sharesName ? byPath[0] : (byId[0] ?? byPath[0])) ?? device;

/** Ports with their names, and whatever is amiss with them. `user`: who asks. */
export function portsText(cli: Cli, ports: readonly PortFacts[], user: string): string {
  const { ports: m } = kitMessages(cli.language);
  const backed = ports.filter(({ isBacked }) => isBacked);
  const empty = ports.filter(({ isBacked }) => !isBacked);
  const twins = namesake(backed);
  const rows = backed.map((port) => [
    port.device,
    port.usbId === '' ? m.builtIn() : m.usb({ product: port.product || 'USB', id: port.usbId }),
    port.driver === '' ? '' : m.driver({ driver: port.driver }),
    lastingName(port, isTwin(port, twins)),
  ]);
  const remarks = [
    ...backed.flatMap(({ device, group, mayUse }) => (mayUse ? [] : [m.denied({ device, group, user })])),
    ...backed.flatMap(({ device, holders }) => (holders.length === 0 ? [] : [m.inUse({ device, who: holders })])),
    ...twins.map((name) => m.sameName({ name })),
    ...(empty.length === 0 ? [] : [m.empty({ devices: empty.map(({ device }) => device) })]),
    ...backed.slice(0, 1).map((port) => m.write({ name: lastingName(port, isTwin(port, twins)) })),
  ];
  const head = backed.length === 0 ? m.none() : table(rows);
  return [head, ...remarks.map((remark) => wrapText(remark, cli.columns))].join('\n');
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
