import { priorities } from '../contract/index.js';
import type { Ledger, LinkView, SinkView } from '../runtime/index.js';
import { displays } from './alarm-schemas.js';
import { exposition, type MetricFamily, type Sample } from './exposition.js';
import type { ConsoleView } from './parts.js';

type Type = MetricFamily['type'];

/** One family over a list: a sample an item. */
function each<Item>(
  items: readonly Item[],
  labels: (item: Item) => Sample['labels'],
): (name: string, type: Type, help: string, value: (item: Item) => number | boolean) => MetricFamily {
  return (name, type, help, value) => ({
    name: `sluice_${name}`,
    type,
    help,
    samples: items.map((item) => ({ labels: labels(item), value: Number(value(item)) })),
  });
}

const single = (name: string, type: Type, help: string, value: number | boolean): MetricFamily =>
  each([value], () => ({}))(name, type, help, (one) => one);

function gatewayFamilies(view: ConsoleView): MetricFamily[] {
  const { site, epoch, version, configuration, upMs, isClockTrusted, journalWaitingBytes, tables } = view.status();
  const info = { site: site.id, epoch, version, configuration };
  return [
    { name: 'sluice_info', type: 'gauge', help: 'What runs here; always 1.', samples: [{ labels: info, value: 1 }] },
    single('up_seconds', 'gauge', 'Since the gateway started.', upMs / 1000),
    single(
      'clock_trusted',
      'gauge',
      '1 when the time is known, 0 while records are held for want of it.',
      isClockTrusted,
    ),
    single('journal_waiting_bytes', 'gauge', 'Taken in and not yet written to disk.', journalWaitingBytes),
    single('tag_tables', 'gauge', 'Poll groups compiled.', tables),
    single('conditions_active', 'gauge', 'Conditions that are active and no alarms.', view.activeConditions().length),
  ];
}

/** Alarms at rest are not counted. */
const countedStates = displays.filter((state) => state !== 'normal');

function alarmFamilies(view: ConsoleView): MetricFamily[] {
  const standing = view.alarms();
  const cells = priorities.flatMap((priority) => countedStates.map((state) => ({ priority, state })));
  const cell = each(cells, (labels) => labels);
  return [
    cell(
      'alarms',
      'gauge',
      'Alarms that are not at rest.',
      ({ priority, state }) => standing.filter((one) => one.priority === priority && one.state === state).length,
    ),
    single('alarm_flood', 'gauge', '1 while there are more alarms than a person can follow.', view.isFlooded),
  ];
}

function linkFamilies(links: readonly LinkView[]): MetricFamily[] {
  const link = each(links, ({ name, driver }) => ({ link: name, driver }));
  const counters = links.flatMap(({ name, driver, counters: counts }) =>
    Object.entries(counts).map(([counter, count]) => ({ name, driver, counter, count })),
  );
  const counter = each(counters, ({ name, driver, counter: of }) => ({ link: name, driver, counter: of }));
  return [
    link('link_connected', 'gauge', '1 when the link is connected.', ({ state }) => state === 'connected'),
    link('link_state_seconds', 'gauge', 'Since the link entered its state.', ({ stateForMs }) => stateForMs / 1000),
    link('link_reads_total', 'counter', 'Reads made.', ({ reads }) => reads),
    link('link_failed_reads_total', 'counter', 'Reads that gave nothing usable.', ({ failedReads }) => failedReads),
    link('link_overruns_total', 'counter', 'Polls left out because the link was busy.', ({ overruns }) => overruns),
    counter('link_driver_total', 'counter', "The driver's own counters, by name.", ({ count }) => count),
  ];
}

function deviceFamilies(view: ConsoleView): MetricFamily[] {
  const devices = view.devices();
  const device = each(devices, ({ name, link, profile }) => ({ device: name, link, profile }));
  return [
    single('devices_online', 'gauge', 'Devices that answer.', devices.filter(({ state }) => state === 'online').length),
    device('device_online', 'gauge', '1 when the device answers.', ({ state }) => state === 'online'),
  ];
}

function sinkFamilies(sinks: readonly SinkView[]): MetricFamily[] {
  const sink = each(sinks, ({ name, type }) => ({ sink: name, type }));
  return [
    sink('sink_connected', 'gauge', '1 when the sink takes records.', ({ isConnected }) => isConnected),
    sink('sink_waiting_records', 'gauge', 'Records of both lanes that wait.', ({ waiting }) => waiting),
    sink('sink_forked', 'gauge', '1 while a backlog follows beside the live stream.', ({ isForked }) => isForked),
    sink('sink_parked_fields_total', 'counter', 'Single fields the sink refused.', ({ parkedFields }) => parkedFields),
  ];
}

function ledgerFamilies({ run, sinks }: Ledger): MetricFamily[] {
  const outcomes = sinks.flatMap(({ sink, lane, appended, delivered, unchanged, rejected, waiting, dropped }) => [
    ...Object.entries({ appended, delivered, unchanged, rejected, waiting }).map(([outcome, records]) => ({
      labels: { sink, lane, outcome, reason: '' },
      records,
    })),
    ...Object.entries(dropped).map(([reason, records]) => ({
      labels: { sink, lane, outcome: 'dropped', reason },
      records,
    })),
  ]);
  const outcome = each(outcomes, ({ labels }) => labels);
  const account = each(sinks, ({ sink, lane }) => ({ sink, lane }));
  const unstored = each(Object.entries(run.unstored), ([reason]) => ({ reason }));
  return [
    single('frames_acquired_total', 'counter', 'Frames acquired in this run.', run.acquired),
    single('frames_appended_total', 'counter', 'Frames given to the journal in this run.', run.appended),
    unstored(
      'frames_unstored_total',
      'counter',
      'Frames of this run that could not be stored.',
      ([, frames]) => frames,
    ),
    single('run_balanced', 'gauge', '1 when acquired = appended + unstored.', run.isBalanced),
    outcome(
      'ledger_records',
      'gauge',
      'What became of the records appended since the sink was added.',
      ({ records }) => records,
    ),
    account(
      'ledger_balanced',
      'gauge',
      '1 when appended is the sum of what became of it.',
      ({ isBalanced }) => isBalanced,
    ),
  ];
}

function processFamilies(): MetricFamily[] {
  const { rss, heapUsed, external } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  return [
    single('process_resident_memory_bytes', 'gauge', 'Memory of the process.', rss),
    single('process_heap_used_bytes', 'gauge', 'JavaScript heap in use.', heapUsed),
    single('process_external_memory_bytes', 'gauge', 'Memory of buffers and native code.', external),
    single('process_cpu_seconds_total', 'counter', 'CPU time taken.', (user + system) / 1e6),
  ];
}

/** The gateway's counters and gauges in Prometheus' text format. */
export const metricsText = (view: ConsoleView): string =>
  exposition([
    ...gatewayFamilies(view),
    ...alarmFamilies(view),
    ...linkFamilies(view.links()),
    ...deviceFamilies(view),
    ...sinkFamilies(view.sinks()),
    ...ledgerFamilies(view.ledger()),
    ...processFamilies(),
  ]);
