import { z } from 'zod';
import { duration } from '../../gateway/contract/index.js';
import { checkLine, dialInField, serialSettings, settingIssue, streamAddressField } from '../streams/index.js';

/** DL/T 645-2007 §5.1: even parity; 2400 baud is what meters leave the factory with. */
const serialSchema = serialSettings({ baud: 2400, parity: 'even' });

/** Bytes of FEH before a frame: 1 to 4 wake a receiver that sleeps (§5.3.1). */
const preambleMax = 4;

/** The driver's half of a link. */
export const linkSchema = z
  .strictObject({
    address: streamAddressField({
      of: { en: 'a DL/T 645 link', zh: ' DL/T 645 链路' },
      example: 'tcp://192.168.1.20:4001',
    }).describe(
      '`tcp://host:port` of a serial server, `serial:/dev/serial/by-path/…`, or `tcp-listen://0.0.0.0:7000` where a DTU dials in',
    ),
    dialIn: dialInField().optional().describe('The DTU that dials in, where `address` is `tcp-listen://…`'),
    serial: serialSchema.prefault({}).describe('The line; behind a serial server, what that is set to'),
    timeout: duration().prefault('2s').describe('Longest wait for the end of an answer'),
    preamble: z
      .int()
      .min(0)
      .max(preambleMax)
      .default(preambleMax)
      .describe('Bytes of FE before each request; the few meters that stumble over them need 0'),
  })
  .superRefine((link, context) => {
    checkLine(link, context);
    if (link.serial.dataBits !== 8) {
      const what = { en: 'DL/T 645 needs 8 data bits', zh: 'DL/T 645 需要 8 个数据位' };
      const remedy = { en: 'leave `dataBits` out', zh: '去掉 `dataBits`' };
      context.addIssue(settingIssue({ what, remedy }, ['serial', 'dataBits']));
    }
  });

export type LinkSettings = z.output<typeof linkSchema>;
