import type { ContextView } from '../../runtime/index.js';
import type { Cli } from '../cli.js';
import { reading, short } from '../numbers.js';
import { siteTime } from '../site-time.js';
import { table } from '../table.js';

/** A time as people read it, to the second. */
export const timeText = (time: string, zone: string): string => siteTime(Date.parse(time), zone).replace(/\.\d+/, '');

/** A value on its own: `0.12 mg/m³`, `2026-11-21`. */
export function valueText({ m }: Cli, value: ContextView['value'], unit: string): string {
  if (value === null) return m.context.nothing();
  return typeof value === 'number' ? reading(value, unit) : value;
}

function heldText(cli: Cli, { type, value, number, unit }: ContextView): string {
  const text = valueText(cli, value, unit);
  return type === 'date' && number !== null ? cli.m.context.days({ value: text, days: short(number) }) : text;
}

const sinceText = ({ m }: Cli, { who, from }: ContextView, zone: string): string =>
  from === null ? m.context.bySite() : m.context.byWho({ who, since: timeText(from, zone) });

/** What holds, a line each, with what is planned below it. */
export function contextText(cli: Cli, items: readonly ContextView[], zone: string): string {
  if (items.length === 0) return cli.m.context.none();
  const rows = items.flatMap((item) => [
    [item.name, heldText(cli, item), sinceText(cli, item, zone), item.reason || item.description],
    ...item.plans.map(({ value, from, who, reason }) => {
      const told = { value: valueText(cli, value, item.unit), since: timeText(from, zone), who };
      return ['', cli.m.context.plan(told), '', reason];
    }),
  ]);
  return table(rows);
}
