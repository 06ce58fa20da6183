import type { ListenSettings } from '../../../../drivers/modbus/index.js';
import { parseDuration } from '../../../contract/index.js';
import type { Cli } from '../../cli.js';
import { Failure } from '../../failure.js';
import { choiceOption } from '../../options.js';
import { SluiceCommand } from '../../sluice-command.js';
import { sniffMessages } from './messages/index.js';
import type { RecordingHead } from './recording.js';

const parities = ['none', 'even', 'odd'] as const;
const framings = ['rtu', 'ascii'] as const;

/** What `sluice sniff` was started with. */
interface SniffOptions {
  readonly baud?: number;
  readonly parity?: (typeof parities)[number];
  readonly stopBits?: number;
  readonly framing?: (typeof framings)[number];
  readonly for?: number;
  readonly save?: string;
  readonly replay?: string;
  readonly json?: true;
}

/** The settings of a line as a listen link has them; a fault is told as the site file would tell it. */
async function settingsOf(
  cli: Cli,
  { address, framing, serial }: Pick<RecordingHead, 'address' | 'framing' | 'serial'>,
): Promise<ListenSettings> {
  const { modbus } = await import('../../../../drivers/modbus/index.js');
  const checked = modbus.link.safeParse({ address, framing, serial, listen: true });
  if (checked.success && checked.data.framing !== 'tcp') return { ...checked.data, framing: checked.data.framing };
  const told = (checked.error?.issues ?? []).map((issue) => {
    const { what, remedy } = (issue.code === 'custom' ? issue.params : undefined) ?? {};
    const [cause, help] = [what, remedy] as { readonly [language in Cli['language']]: string }[];
    if (cause && help) return `${cause[cli.language]}${cli.language === 'zh' ? '；' : '; '}${help[cli.language]}`;
    return `${issue.path.join('.')}: ${issue.message}`;
  });
  throw new Failure(told.join('\n'), 'wrong');
}

async function sniff(cli: Cli, address: string | undefined, options: SniffOptions): Promise<void> {
  const m = sniffMessages(cli.language);
  const { replay, json, save, baud, parity, stopBits, framing = 'rtu' } = options;
  const serial = { ...(baud && { baud }), ...(parity && { parity }), ...(stopBits && { stopBits }) };
  if (replay !== undefined) {
    if (address !== undefined || Object.keys(serial).length > 0 || save !== undefined || options.for !== undefined) {
      throw new Failure(m.sniff.both(), 'wrong');
    }
    const { readHead, replayRecording } = await import('./replay.js');
    const settings = await settingsOf(cli, await readHead(cli, replay));
    return replayRecording(cli, replay, settings, json === true);
  }
  if (address === undefined) throw new Failure(m.sniff.neither(), 'wrong');
  const settings = await settingsOf(cli, { address, framing, serial });
  const { systemClock } = await import('../../../runtime/index.js');
  const { listen } = await import('./listen.js');
  const { RecordingFile } = await import('./recording-file.js');
  const { baud: speed, parity: check, dataBits, stopBits: stops } = settings.serial;
  cli.tell(m.sniff.listening({ address, serial: `${speed} ${dataBits}${check[0]?.toUpperCase() ?? ''}${stops}` }));
  const ending = new AbortController();
  const end = (): void => ending.abort();
  process.once('SIGINT', end).once('SIGTERM', end);
  const at = new Date(systemClock.utc()).toISOString();
  const head = { recording: 'sluice sniff', version: 1, at, address, framing, serial: settings.serial } as const;
  const forMs = options.for ?? Number.POSITIVE_INFINITY;
  try {
    const file = save === undefined ? undefined : await RecordingFile.create(save, head);
    await listen(cli, { settings, forMs, file, isJson: json === true, clock: systemClock }, ending.signal);
  } finally {
    process.off('SIGINT', end).off('SIGTERM', end);
  }
}

const number =
  (bad: (value: string) => string) =>
  (written: string): number => {
    if (/^\d+$/.test(written)) return Number(written);
    throw new Failure(bad(written), 'wrong');
  };

/** `sluice sniff`. */
export function sniffCommand(cli: Cli): SluiceCommand {
  const { sniff: m } = sniffMessages(cli.language);
  const whole = number((value) => m.badNumber({ value }));
  const command = new SluiceCommand(cli, 'sniff').examples(
    'sluice sniff serial:/dev/ttyUSB0 --baud 9600 --for 30s',
    'sluice sniff tcp://192.168.1.20:4001 --parity even --save bus.jsonl',
    'sluice sniff --replay bus.jsonl',
  );
  command
    .summary(m.summary())
    .description(m.summary())
    .argument('[address]', m.address())
    .option('--baud <number>', m.baud(), whole)
    .option('--parity <parity>', m.parity(), choiceOption(cli, parities))
    .option('--stop-bits <number>', m.stopBits(), whole)
    .option('--framing <framing>', m.framing(), choiceOption(cli, framings))
    .option('--for <time>', m.forOption(), (written: string) => {
      const ms = parseDuration(written);
      if (ms === undefined) throw new Failure(m.badFor({ value: written }), 'wrong');
      return ms;
    })
    .option('--save <file>', m.save())
    .option('--replay <file>', m.replay())
    .option('--json', m.jsonLines())
    .action((address: string | undefined, options: SniffOptions) => sniff(cli, address, options));
  return command;
}
