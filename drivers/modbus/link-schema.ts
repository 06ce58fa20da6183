import { z } from 'zod';
import { duration } from '../../gateway/contract/index.js';
import {
  checkLine,
  dialInField,
  serialSettings,
  settingIssue,
  type StreamAddress,
  streamAddressField,
} from '../streams/index.js';
import { listenFaults } from './listen/listen-faults.js';
import { asciiTiming, frameGapMs, rtuTiming, tcpTiming, type WireTiming } from './wire-time.js';

/** The registered port of Modbus TCP. */
const modbusPort = 502;

const serialSchema = serialSettings({ baud: 9600, parity: 'none' });
const addressField = streamAddressField({
  of: { en: 'a Modbus link', zh: ' Modbus 链路' },
  example: 'tcp://192.168.1.10:502',
  defaultPort: modbusPort,
});

/** The driver's half of a link. Flat, no default depends on another key: see `resolveLink`. */
export const linkSchema = z
  .strictObject({
    framing: z
      .enum(['tcp', 'rtu', 'ascii'])
      .default('tcp')
      .describe('`tcp`: Modbus TCP. `rtu`, `ascii`: on a serial port, or through a serial server on TCP'),
    address: addressField.describe(
      '`tcp://host:port`, `serial:/dev/serial/by-path/…`, or `tcp-listen://0.0.0.0:7000` where a DTU dials in',
    ),
    dialIn: dialInField().optional().describe('The DTU that dials in, where `address` is `tcp-listen://…`'),
    serial: serialSchema.prefault({}).describe('The line; behind a serial server, what that is set to'),
    timeout: duration()
      .optional()
      .describe('Longest wait for an answer; 1s over TCP, 500ms on a serial port, 3s where a DTU dials in'),
    lateness: duration()
      .optional()
      .describe(
        'No answer ends later than this after its request. A line is silent for this long after a time-out, and values are right as long as it holds; 3 × timeout',
      ),
    turnaround: duration()
      .optional()
      .describe('Silence before each request; 3.5 characters with rtu and ascii, none with tcp'),
    echo: z.boolean().default(false).describe('The adapter gives back what it sends; exactly that is discarded'),
    listen: z
      .boolean()
      .default(false)
      .describe('Another master asks on this line: listen to it, take values from the answers it gets, send nothing'),
    silentAfter: duration()
      .optional()
      .describe('With `listen`: a device is bad when nothing right was heard of it for so long; 60s'),
  })
  .superRefine((link, context) => {
    const fault = (path: string[], en: string, zh: string, remedyEn: string, remedyZh: string) =>
      context.addIssue(settingIssue({ what: { en, zh }, remedy: { en: remedyEn, zh: remedyZh } }, path));
    const { timeoutMs, latenessMs } = resolveLink(link);
    if (latenessMs <= timeoutMs) {
      const [en, zh] = [
        `lateness is not longer than the time-out of ${timeoutMs} ms`,
        `lateness 不大于超时 ${timeoutMs} ms`,
      ];
      fault(['lateness'], en, zh, `write \`${timeoutMs * 3}ms\` or more`, `写成 \`${timeoutMs * 3}ms\` 或更长`);
    }
    if (link.framing === 'tcp' && link.address.kind === 'serial') {
      const [en, zh] = ['a serial port does not carry Modbus TCP', '串口不能承载 Modbus TCP'];
      fault(['framing'], en, zh, 'write `framing: rtu` or `framing: ascii`', '写成 `framing: rtu` 或 `framing: ascii`');
    }
    if (link.framing === 'tcp' && link.address.kind === 'tcp-listen') {
      const [en, zh] = ['a DTU that dials in does not carry Modbus TCP', '主动连入的 DTU 不承载 Modbus TCP'];
      fault(['framing'], en, zh, 'write `framing: rtu` or `framing: ascii`', '写成 `framing: rtu` 或 `framing: ascii`');
    }
    if (link.framing === 'rtu' && link.serial.dataBits === 7) {
      const [en, zh] = ['RTU needs 8 data bits', 'RTU 需要 8 个数据位'];
      fault(['serial', 'dataBits'], en, zh, 'write `dataBits: 8`', '写成 `dataBits: 8`');
    }
    checkLine(link, context);
    for (const { path, ...listenFault } of listenFaults(link)) context.addIssue(settingIssue(listenFault, path));
    if (link.echo && link.framing === 'tcp') {
      const [en, zh] = ['Modbus TCP has no echo', 'Modbus TCP 没有回显'];
      fault(['echo'], en, zh, 'leave `echo` out', '去掉 `echo`');
    }
  });

export type LinkSettings = z.output<typeof linkSchema>;

/** Settings with every default in its place. */
export interface ResolvedLink {
  readonly timeoutMs: number;
  readonly latenessMs: number;
  readonly turnaroundMs: number;
  readonly timing: WireTiming;
}

const latenessPerTimeout = 3;
/** A wireless network takes up to two seconds. */
const defaultTimeoutMs = { tcp: 1000, serial: 500, 'tcp-listen': 3000 } as const;

/** Fills in the defaults that hang on other keys. */
export function resolveLink({ framing, address, serial, timeout, lateness, turnaround }: LinkBasis): ResolvedLink {
  const timeoutMs = timeout ?? defaultTimeoutMs[address.kind];
  const latenessMs = lateness ?? latenessPerTimeout * timeoutMs;
  const turnaroundMs = turnaround ?? (framing === 'tcp' ? 0 : frameGapMs(serial));
  const timings = {
    tcp: () => tcpTiming(turnaroundMs),
    rtu: () => rtuTiming(serial, turnaroundMs),
    ascii: () => asciiTiming(serial, turnaroundMs),
  };
  return { timeoutMs, latenessMs, turnaroundMs, timing: timings[framing]() };
}

type LinkBasis = {
  readonly framing: 'tcp' | 'rtu' | 'ascii';
  readonly address: Pick<StreamAddress, 'kind'>;
  readonly serial: z.output<typeof serialSchema>;
  readonly timeout?: number | undefined;
  readonly lateness?: number | undefined;
  readonly turnaround?: number | undefined;
};
