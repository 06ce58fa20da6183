import { z } from 'zod';
import { duration } from '../../gateway/contract/index.js';
import { checkLine, dialInField, serialSettings, settingIssue, streamAddressField } from '../streams/index.js';

/** The driver's half of a link. */
export const linkSchema = z
  .strictObject({
    address: streamAddressField({
      of: { en: 'a link of a declared protocol', zh: '自定义协议链路的' },
      example: 'tcp://192.168.1.10:4001',
    }).describe(
      '`tcp://host:port`, `serial:/dev/serial/by-path/…`, or `tcp-listen://0.0.0.0:7000` where a DTU dials in',
    ),
    dialIn: dialInField().optional().describe('The DTU that dials in, where `address` is `tcp-listen://…`'),
    serial: serialSettings({ baud: 9600, parity: 'none' })
      .prefault({})
      .describe('The line; behind a serial server, what that is set to'),
    timeout: duration().prefault('1s').describe('Longest wait for the end of an answer'),
    lateness: duration()
      .optional()
      .describe(
        'No answer ends later than this after its request: the line rests for so long after a time-out; 3 × timeout',
      ),
    gap: duration().prefault('20ms').describe('Silence before each request'),
  })
  .superRefine((link, context) => {
    checkLine(link, context);
    const { timeout, lateness } = link;
    if (lateness !== undefined && lateness <= timeout) {
      const what = {
        en: `lateness is not longer than the time-out of ${timeout} ms`,
        zh: `lateness 不大于超时 ${timeout} ms`,
      };
      const remedy = { en: `write \`${timeout * 3}ms\` or more`, zh: `写成 \`${timeout * 3}ms\` 或更长` };
      context.addIssue(settingIssue({ what, remedy }, ['lateness']));
    }
  });

export type LinkSettings = z.output<typeof linkSchema>;

const latenessPerTimeout = 3;

/** The time after a request from which no answer to it can come any more. */
export const latenessOf = ({ lateness, timeout }: LinkSettings): number => lateness ?? latenessPerTimeout * timeout;
