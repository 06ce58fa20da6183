import { z } from 'zod';
import { duration, type Problem } from '../../gateway/contract/index.js';
import { type BytePattern, parseBytePattern, piecesMax } from './byte-pattern.js';
import { settingIssue } from './setting-fault.js';

const heartbeatsMax = 8;
/** Certain bytes of a heartbeat that hardly stands in data by chance: once in 2^32 places. */
const heartbeatBytesSafe = 4;

const patternField = (mayRun: boolean) =>
  z.string().transform((text, context): BytePattern => {
    const pattern = parseBytePattern(text);
    if (pattern && (mayRun || !pattern.pieces.includes('run'))) return pattern;
    const example = mayRun ? '`DTU-0001`, `hex:7B 01 ?? 7D` or `pattern:id=17;*;`' : '`PING` or `hex:FE 01 ?? 16`';
    const limits = `2–${piecesMax}`;
    const what = pattern
      ? { en: `\`*\` in \`${text}\` could stand for measured data`, zh: `“${text}”中的 \`*\` 可能吞掉测量数据` }
      : { en: `\`${text}\` is no pattern of bytes`, zh: `“${text}”不是字节模式` };
    const remedy = {
      en: `write ${example}, with ${limits} bytes${mayRun ? ' and nothing open at its end' : ''}`,
      zh: `写成 ${example},${limits} 字节${mayRun ? ',且不以 `*` 结尾' : ''}`,
    };
    context.addIssue(settingIssue({ what, remedy }));
    return z.NEVER;
  });

/**
 * `dialIn` of a link: how it knows the DTU that dials in for it. One group for every driver with a line.
 * A registration is no proof of anything: whoever can reach the port and knows it is taken for the DTU.
 */
export const dialInField = () =>
  z.strictObject({
    registration: patternField(true)
      .meta({ examples: ['DTU-0001', 'hex:7B 01 ?? 7D'] })
      .describe(
        'What the DTU sends first: text; bytes as `hex:7B 01 ?? 7D`; or `pattern:…` with `?` for one byte and `*` for up to 64. A text that ends in a letter or digit is a whole word: `DTU-1` is not `DTU-10`',
      ),
    heartbeats: z
      .array(patternField(false))
      .max(heartbeatsMax)
      .default([])
      .describe(
        'What the DTU sends to keep the connection, written as `registration` is, without `*`: taken out wherever it stands, inside an answer too. Data that holds the very same bytes loses them and fails its checksum: 4 bytes or more are safe. A DTU that repeats its registration needs that here as well',
      ),
    registrationWithin: duration()
      .prefault('30s')
      .describe('A caller that has not said who it is after so long is closed; of links on one port the longest holds'),
    silentAfter: duration()
      .prefault('5min')
      .describe('A connection without a byte, heartbeats included, for so long is closed: several heartbeats long'),
    dialsInWithin: duration()
      .prefault('30s')
      .describe('A link is told lost when its DTU has not dialled in for so long; it may still dial in after'),
  });

export type DialInSettings = z.output<ReturnType<typeof dialInField>>;

/** What `plan` should say of heartbeats that may stand in data by chance. */
export function dialInProblems(dialIn: DialInSettings | undefined): Problem[] {
  return (dialIn?.heartbeats ?? []).flatMap((heartbeat, n): Problem[] => {
    const certain = heartbeat.pieces.filter((piece) => typeof piece === 'number').length;
    if (certain >= heartbeatBytesSafe) return [];
    const what = {
      en: `\`${heartbeat.text}\` is so short that measured data will hold it by chance: such an answer is lost`,
      zh: `“${heartbeat.text}”太短,测量数据中会偶然出现:该次应答会丢失`,
    };
    const remedy = {
      en: `set a heartbeat of ${heartbeatBytesSafe} bytes or more in the DTU`,
      zh: `在 DTU 中设置 ${heartbeatBytesSafe} 字节以上的心跳包`,
    };
    return [{ path: ['dialIn', 'heartbeats', n], what, remedy, warning: true }];
  });
}
