import type { Text } from '../contract/index.js';
import type {
  AlarmView,
  ConditionView,
  DeviceView,
  LinkView,
  SinkView,
  StatusView,
  ValueView,
} from '../runtime/index.js';
import { priorityWord, stateWord } from './alarms/words.js';
import type { Cli } from './cli.js';
import { type ListedMode, modesText } from './maintenance/modes-text.js';
import { span, valueText } from './numbers.js';
import { siteTime } from './site-time.js';
import { table } from './table.js';
import { wrapText } from './text-width.js';

/** What `/api/overview` answers, as far as it is shown here. */
export interface Overview {
  readonly status: StatusView;
  readonly isFlooded: boolean;
  readonly alarms: readonly AlarmView[];
  readonly attention: readonly { readonly text: Text }[];
  readonly conditions: readonly ConditionView[];
  readonly modes: readonly ListedMode[];
  readonly links: readonly LinkView[];
  readonly devices: readonly DeviceView[];
  readonly values: readonly ValueView[];
  readonly sinks: readonly SinkView[];
}

function headText({ m }: Cli, { site, upMs, version, time, epoch, configuration }: StatusView): string {
  return [
    m.status.head({ name: site.name, id: site.id, up: span(upMs), version }),
    time === null ? m.status.timeUnknown() : m.status.time({ time: siteTime(Date.parse(time), site.timezone) }),
    m.status.identity({ epoch, configuration: configuration.slice(0, 12) }),
  ].join('\n');
}

/** What calls for a person, a line each; what was put aside is counted. */
function alarmLines({ m, language }: Cli, { alarms, isFlooded }: Overview): string[] {
  const calling = alarms.filter(({ isAnnunciated }) => isAnnunciated);
  const aside = alarms.filter(({ shelf, suppression, outOfService }) => shelf ?? suppression ?? outOfService);
  const lines = calling.map(({ priority, key, message, state }) =>
    m.status.alarm({
      priority: priorityWord(m, priority),
      key,
      message: message[language],
      state: stateWord(m, state),
    }),
  );
  return [
    ...(isFlooded ? [m.alarms.flooded()] : []),
    ...(lines.length > 0 ? [m.status.alarms(), ...lines.map((line) => `  ${line}`)] : []),
    ...(aside.length > 0 ? [m.status.aside({ count: aside.length })] : []),
  ];
}

function concernText(cli: Cli, overview: Overview): string {
  const { m, language } = cli;
  const { alarms, attention, conditions } = overview;
  const isWell = attention.length === 0 && alarms.every(({ isAnnunciated }) => !isAnnunciated);
  return [
    ...(isWell ? [m.status.well()] : []),
    ...alarmLines(cli, overview),
    ...(attention.length > 0 ? [m.status.attention(), ...attention.map(({ text }) => `  ${text[language]}`)] : []),
    ...(conditions.length > 0 ? [m.status.conditions()] : []),
    ...conditions.map((one) => `  ${m.status.condition({ ...one, limit: one.limit ?? '—' })}`),
  ].join('\n');
}

/** What looks closer where a link or a device gives no answer; in that file where one was named. */
function nextStep({ m, columns }: Cli, { links, devices }: Overview, siteFile: string | undefined): string[] {
  const isSilent = links.some(({ state }) => state !== 'connected') || devices.some(({ state }) => state === 'offline');
  if (!isSilent) return [];
  const command = siteFile === undefined ? 'sluice doctor' : `sluice doctor ${siteFile}`;
  return [wrapText(m.status.doctor({ command }), columns)];
}

function linksText(cli: Cli, overview: Overview, siteFile: string | undefined): string {
  const { m } = cli;
  const { links, devices } = overview;
  const rows = links.map(({ name, driver, state, stateForMs, reads, failedReads, overruns }) => [
    name,
    driver,
    state === 'connected' ? m.status.connected() : m.status.notConnected(),
    m.status.sinceMs({ span: span(stateForMs) }),
    m.status.linkRow({ reads, failed: failedReads, overruns }),
  ]);
  const count = (state: DeviceView['state']): number => devices.filter((device) => device.state === state).length;
  const told = m.status.devices({ online: count('online'), offline: count('offline'), unknown: count('unknown') });
  return [m.status.links(), table(rows), told, ...nextStep(cli, overview, siteFile)].join('\n');
}

function sinksText({ m }: Cli, { sinks }: Overview): string {
  const rows = sinks.map(({ name, type, isConnected, waiting, isForked, parkedFields }) => [
    name,
    type,
    isConnected ? m.status.connected() : m.status.notConnected(),
    m.status.sinkRow({ waiting }),
    [isForked ? m.status.catchingUp() : '', parkedFields > 0 ? m.status.parked({ count: parkedFields }) : '']
      .filter((text) => text !== '')
      .join(', '),
  ]);
  return `${m.status.sinks()}\n${table(rows)}`;
}

/** Latest values, a line each, device by device; what a device does not have is left out. */
function valuesText({ m }: Cli, { values, devices }: Overview): string {
  const order = new Map(devices.map(({ name }, index) => [name, index]));
  const place = ({ device }: ValueView): number => order.get(device) ?? order.size;
  const shown = values.filter(({ quality }) => quality !== 'absent').toSorted((a, b) => place(a) - place(b));
  const rows = shown.map(({ device, tag, value, unit, quality, ageMs }) => [
    `${device}/${tag}`,
    typeof value === 'number' ? valueText(value) : String(value ?? '—'),
    unit,
    quality,
    m.status.age({ span: span(ageMs) }),
  ]);
  return `${m.status.valuesHead()}\n${table(rows, 'lrllr')}`;
}

export interface StatusTextOptions {
  readonly withValues: boolean;
  /** The site file that was named, for the command that looks closer. */
  readonly siteFile: string | undefined;
}

/** A running gateway as people read it. */
export function statusText(cli: Cli, overview: Overview, { withValues, siteFile }: StatusTextOptions): string {
  const parts = [
    headText(cli, overview.status),
    concernText(cli, overview),
    ...(overview.modes.length > 0 ? [modesText(cli, overview.modes)] : []),
    linksText(cli, overview, siteFile),
    ...(overview.sinks.length > 0 ? [sinksText(cli, overview)] : []),
    ...(withValues ? [valuesText(cli, overview)] : []),
  ];
  return parts.join('\n\n');
}
