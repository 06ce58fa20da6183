import type { Text } from '../contract/index.js';
import type { AlarmView, DeviceView, Ledger, LinkView, SinkView } from '../runtime/index.js';
import type { ConsoleView } from './parts.js';

/** Something of the gateway itself that a person should see to. */
export interface Attention {
  readonly subject: 'link' | 'device' | 'sink' | 'journal' | 'clock' | 'ledger';
  readonly name: string;
  readonly text: Text;
  /** True when the gateway cannot do its whole work because of it. */
  readonly stopsReady: boolean;
}

const note = (subject: Attention['subject'], name: string, en: string, zh: string, stopsReady = false): Attention => ({
  subject,
  name,
  text: { en, zh },
  stopsReady,
});

const linkDown = ({ name, driver }: LinkView): Attention =>
  note('link', name, `link ${name} (${driver}) is not connected`, `链路 ${name}（${driver}）未连接`, true);

const sinkDown = ({ name, type, waiting }: SinkView): Attention =>
  note(
    'sink',
    name,
    `sink ${name} (${type}) is not connected; ${waiting} records wait`,
    `输出 ${name}（${type}）未连接，${waiting} 条待送`,
    true,
  );

/** A device below a lost link is `unknown`: it is told with its link, once. */
const deviceSilent = ({ name, link }: DeviceView): Attention =>
  note('device', name, `device ${name} on ${link} does not answer`, `${link} 上的设备 ${name} 无应答`);

const diskRefuses = (reason: string): Attention =>
  note('journal', 'journal', `the disk does not take the journal: ${reason}`, `磁盘无法写入日志：${reason}`, true);

const heldBack = (why: Text): Attention => ({
  subject: 'journal',
  name: 'configuration',
  text: why,
  stopsReady: false,
});

const clockUnknown: Attention = note(
  'clock',
  'clock',
  'the time is not known: records are held until it is (sluice clock set)',
  '时间未确认：数据暂存，确认时间后发送（sluice clock set）',
);

function ledgerTrouble({ run, sinks }: Ledger): Attention[] {
  const lost = Object.entries(run.unstored)
    .filter(([, frames]) => frames > 0)
    .map(([reason, frames]) =>
      note('ledger', reason, `${frames} frames could not be stored: ${reason}`, `${frames} 帧未能存储：${reason}`),
    );
  const accounts = [
    ...(run.isBalanced ? [] : ['run']),
    ...sinks.filter(({ isBalanced }) => !isBalanced).map(({ sink, lane }) => `${sink}/${lane}`),
  ];
  const open = accounts.map((name) =>
    note('ledger', name, `the ledger of ${name} does not balance`, `${name} 的账不平`),
  );
  return [...lost, ...open];
}

/** All that needs a person, gravest first: the disk, a site file that was not applied, the clock, what is lost, links, devices, sinks. */
export function attentionOf(view: ConsoleView): Attention[] {
  const { isClockTrusted, journalTrouble } = view.status();
  return [
    ...(journalTrouble === null ? [] : [diskRefuses(journalTrouble)]),
    ...(view.heldBack ? [heldBack(view.heldBack)] : []),
    ...(isClockTrusted ? [] : [clockUnknown]),
    ...ledgerTrouble(view.ledger()),
    ...view
      .links()
      .filter(({ state }) => state !== 'connected')
      .map(linkDown),
    ...view
      .devices()
      .filter(({ state }) => state === 'offline')
      .map(deviceSilent),
    ...view
      .sinks()
      .filter(({ isConnected }) => !isConnected)
      .map(sinkDown),
  ];
}

const alarmKinds: Readonly<Record<string, Attention['subject']>> = { LINK: 'link', DEVICE: 'device' };

/** Without what an alarm tells already: a lost link is told once. */
export function untoldByAlarms(attention: readonly Attention[], alarms: readonly AlarmView[]): Attention[] {
  const told = new Set(alarms.map(({ kind, device }) => `${alarmKinds[kind] ?? ''}/${device}`));
  return attention.filter(({ subject, name }) => !told.has(`${subject}/${name}`));
}
