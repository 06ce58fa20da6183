import { z } from 'zod';

/** What a protocol's lines are set to when nobody says otherwise. */
export interface SerialDefaults {
  readonly baud: number;
  readonly parity: 'none' | 'even' | 'odd';
}

/** How a serial line is set; behind a serial server, what that is set to. */
export const serialSettings = ({ baud, parity }: SerialDefaults) =>
  z.strictObject({
    baud: z.int().min(110).max(4_000_000).default(baud).describe('Speed of the line, bits a second'),
    parity: z.enum(['none', 'even', 'odd']).default(parity).describe('Parity bit of each character'),
    dataBits: z
      .union([z.literal(7), z.literal(8)])
      .default(8)
      .describe('Data bits of each character; nearly every protocol needs 8'),
    stopBits: z
      .union([z.literal(1), z.literal(2)])
      .default(1)
      .describe('Stop bits of each character'),
    rs485: z
      .enum(['none', 'rts'])
      .default('none')
      .describe(
        '`rts`: RTS is raised while sending, for transceivers without a direction of their own. Best effort: the box may lower it late and cut the beginning of a quick answer; a transceiver that switches itself is better',
      ),
  });

export type SerialSettings = z.output<ReturnType<typeof serialSettings>>;
