import { z } from 'zod';
import type { Batch, Frame, Sink, SinkDefinition } from '../../gateway/contract/index.js';
import { Quality } from '../../gateway/contract/index.js';
import { readLane } from '../support/read-lane.js';
import type { VirtualSite } from '../support/virtual-site.js';
import { type Finding, finding } from './proof.js';

const atLeastEveryMs = 300_000;

/** What the destination may be off by, in the unit of the tag; nothing for tags that are not named. */
const offMax: Readonly<Record<string, number>> = { level: 0.5, 'tank-2.level': 1, pressure: 10, flow: 2 };

const written = Object.entries(offMax).map(([tag, band]) => `${tag}: ${band}`);

/** The part of a site file that adds the destination. */
export const thinnedSink = `sinks:
  cloud: { type: recording, from: beginning, flush: 10s, deadband: { atLeastEvery: 5min, tags: { ${written.join(', ')} } } }
`;

interface Held {
  readonly value: number;
  readonly quality: number;
  readonly instant: number;
}

const isSame = (frame: Frame, sent: Frame | undefined): boolean =>
  sent !== undefined &&
  frame.quality.every((code, slot) => code === sent.quality[slot]) &&
  frame.values.every((value, slot) => Object.is(value, sent.values[slot]));

const countRead = ({ quality }: Frame): number => quality.filter((code) => code !== Quality.absent).length;

const share = (part: number, of: number): string => `${part} of ${of} (${((100 * part) / of).toFixed(1)} %)`;

/** A destination with a deadband over a day: it remembers what it was sent, and takes what it was sent last for what is. */
export class ThinnedDay {
  readonly #sent = new Map<number, Frame>();

  get sinks(): { readonly recording: SinkDefinition<never> } {
    const take = (batch: Batch): void => {
      if (batch.lane !== 'samples') return;
      for (const [index, frame] of batch.records.entries()) this.#sent.set(batch.offsets[index] as number, frame);
    };
    return { recording: recordingSink(take) };
  }

  /** Each frame that was settled, held against what the destination then held. */
  async findings(site: VirtualSite, say: (line: string) => void): Promise<readonly Finding[]> {
    await site.settle(site.gateway.journal.committed());
    const account = site.view.ledger().sinks.find(({ sink, lane }) => sink === 'cloud' && lane === 'samples');
    if (!account) throw new Error('the site has no such sink');
    const { appended, delivered, unchanged, waiting, isBalanced } = account;
    const kept = (await readLane(site.gateway.journal.samples)).filter(({ offset }) => offset < delivered + unchanged);
    const late = kept.filter(({ record }) => record.late);
    const whole = late.filter(({ offset, record }) => isSame(record, this.#sent.get(offset)));
    const wrong = this.#wrong(kept);
    if (wrong[0] !== undefined) say(`  ${wrong[0]}`);
    const values = kept.reduce((sum, { record }) => sum + countRead(record), 0);
    const valuesSent = [...this.#sent.values()].reduce((sum, frame) => sum + countRead(frame), 0);
    const spared = `frames ${share(unchanged, kept.length)}, values ${share(values - valuesSent, values)}`;
    const sums = `${appended} = ${delivered} sent + ${unchanged} unchanged + ${waiting} waiting; it got ${this.#sent.size}`;
    return [
      finding('deadband: values it held beyond the band or too long', wrong.length, '0', wrong.length === 0),
      finding('deadband: its account', sums, 'balances', isBalanced && this.#sent.size === delivered),
      finding(
        'deadband: back-filled frames that came whole',
        `${whole.length} of ${late.length}`,
        'all',
        whole.length === late.length,
      ),
      finding('deadband: spared', spared, 'printed', unchanged > 0),
    ];
  }

  #wrong(kept: readonly { readonly offset: number; readonly record: Frame }[]): string[] {
    const held = new Map<string, Held>();
    return kept.flatMap(({ offset, record }) => {
      const { table, values, quality, instant, late } = record;
      const sent = this.#sent.get(offset);
      if (late) return [];
      return table.tags.flatMap(({ name }, slot): string[] => {
        const key = `${table.device}.${name}`;
        if (sent && sent.quality[slot] !== Quality.absent) {
          held.set(key, { value: sent.values[slot] as number, quality: sent.quality[slot] as number, instant });
        }
        if (quality[slot] === Quality.absent) return [];
        const now = held.get(key);
        const off = Math.abs((now?.value ?? Number.NaN) - (values[slot] as number));
        const isRight =
          now?.quality === quality[slot] &&
          (Number.isNaN(values[slot]) ? Number.isNaN(now?.value) : off <= (offMax[key] ?? offMax[name] ?? 0)) &&
          instant - (now?.instant ?? 0) < atLeastEveryMs;
        return isRight ? [] : [`${key} at ${offset}: ${now?.value} held, ${values[slot]} read`];
      });
    });
  }
}

function recordingSink(take: (batch: Batch) => void): SinkDefinition<never> {
  const sink: Sink = {
    connect: () => Promise.resolve(),
    write: (batch) => {
      take(batch);
      return Promise.resolve({});
    },
    close: () => Promise.resolve(),
  };
  return {
    summary: { en: 'remembers what it was sent', zh: '记下收到的内容' },
    config: z.strictObject({ type: z.literal('recording') }) as unknown as z.ZodType<never>,
    bytesPerFrame: () => 1,
    create: async () => sink,
  };
}
