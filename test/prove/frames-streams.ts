import { compileMessages } from '../../drivers/declared/declared-message.js';
import { deviceSchema } from '../../drivers/declared/device-schema.js';
import type { FieldValue } from '../../drivers/declared/message-format.js';
import { damageText, Framer } from '../../drivers/hj212/framer.js';
import { qualityOfFlag } from '../../drivers/hj212/data-flags.js';
import { parseNumber, readRecords } from '../../drivers/hj212/records.js';
import { parseSegment } from '../../drivers/hj212/segment.js';
import {
  frameDamageText as sl651DamageText,
  FrameCollector as Sl651Collector,
} from '../../drivers/sl651/frame-collector.js';
import { decodeHexBody } from '../../drivers/sl651/hex-body.js';
import {
  frameDamageText as szy206DamageText,
  FrameCollector as Szy206Collector,
} from '../../drivers/szy206/frame-collector.js';
import { voltage } from '../../drivers/szy206/quantities.js';
import { readReport, valueIn } from '../../drivers/szy206/report.js';
import { isBad, qualityName } from '../../gateway/contract/index.js';
import type { Element } from './frames-published.js';
import type { ProfileFile } from './profile-file.js';

/** What came of bytes: the elements of each good message, and what is wrong with the others, in the product's words. */
export interface Heard {
  readonly messages: readonly (readonly Element[])[];
  readonly errors: readonly string[];
}

/** Reads what a station sends unasked, in the pieces it comes in. */
export type StreamReader = (pieces: readonly Uint8Array[]) => Heard;

const zone = { zoneMinutes: 480, seriesTime: 'auto' } as const;

/** A value, or the quality of none. */
const element = (name: string, value: number, quality: number): Element => [
  name,
  isBad(quality) ? qualityName(quality) : value,
];

export const readHj212: StreamReader = (pieces) => {
  const framer = new Framer();
  const found = [...pieces.flatMap((piece) => framer.push(piece)), ...framer.end()];
  const messages = found.flatMap((one) => (one.kind === 'frame' ? [hj212Elements(one.segment)] : []));
  return { messages, errors: found.flatMap((one) => (one.kind === 'frame' ? [] : [damageText(one)])) };
};

function hj212Elements(segment: string): readonly Element[] {
  const parsed = parseSegment(segment);
  if (typeof parsed === 'string') throw new Error(parsed);
  return readRecords(parsed.content).flatMap(({ fields }) =>
    [...fields].flatMap(([key, text]): Element[] => {
      if (key.endsWith('-flag')) return [];
      const flag = fields.get(key.replace(/-rtd$/, '-flag'));
      return [element(key, parseNumber(text) ?? Number.NaN, qualityOfFlag(flag))];
    }),
  );
}

export const readSl651: StreamReader = (pieces) => {
  const collector = new Sl651Collector();
  const all = pieces.map((piece) => collector.push(piece));
  return {
    messages: all.flatMap(({ frames }) =>
      frames.map(({ body, code }) => {
        const report = decodeHexBody(body, code, zone);
        if (!report || report.faults.length > 0) throw new Error(`a report with faults: ${report?.faults.join('; ')}`);
        return report.observations.map(({ element: name, value, quality }) => element(name, value, quality));
      }),
    ),
    errors: all.flatMap(({ damages }) => damages.map(sl651DamageText)),
  };
};

export const readSzy206: StreamReader = (pieces) => {
  const collector = new Szy206Collector();
  const all = pieces.map((piece) => collector.push(piece));
  const options = { zoneMinutes: 480, timeTag: 'auto', now: Date.UTC(2026, 10, 21) } as const;
  return {
    messages: all.flatMap(({ frames }) =>
      frames.map((frame) => {
        const report = readReport(frame, options);
        if (report.kind !== 'values') throw new Error(`a report of kind ${report.kind}`);
        return report.numbers.map((_, n): Element => {
          const told = valueIn(report, voltage, n + 1);
          return element('voltage', told?.value ?? Number.NaN, told?.quality ?? 255);
        });
      }),
    ),
    errors: all.flatMap(({ damages }) => damages.map(szy206DamageText)),
  };
};

/** NMEA 0183 by the messages of a profile; a sentence is read by the first that knows it. */
export function nmeaReader({ device }: ProfileFile): StreamReader {
  const messages = [...compileMessages('station', deviceSchema.parse(device)).values()];
  return (pieces) => {
    const heard = { messages: [] as (readonly Element[])[], errors: new Set<string>() };
    for (const { format } of messages) {
      let held = Buffer.alloc(0);
      for (const piece of pieces) {
        held = Buffer.concat([held, piece]);
        for (let step = format.next(held, 0); step.kind !== 'wanting'; step = format.next(held, 0)) {
          if (step.kind === 'message') heard.messages.push(elementsOf(step.fields));
          if (step.kind === 'damaged')
            heard.errors.add(`${step.why}: ${held.subarray(0, step.end).toString('latin1').trim()}`);
          held = held.subarray(step.end);
        }
      }
    }
    return { messages: heard.messages, errors: [...heard.errors] };
  };
}

const elementsOf = (fields: ReadonlyMap<string, FieldValue>): readonly Element[] => [...fields];
