import type { Frame, StampedFrame, TagTable } from '../contract/index.js';
import { Quality } from '../contract/index.js';

/**
 * A frame's payload, little endian as every machine this runs on:
 *
 *     0  f64 sequence · 8 f64 instant · 16 f64 time · 24 f32 timeSpread · 28 u32 table number
 *    32  u16 slots · 34 u8 parts (1 times, 2 texts, 4 raw, 8 late, 16 every quality good) · 35 u8 zero
 *    36  f64 × slots values · u8 × slots quality unless all good · f64 × slots times
 *        u32 + JSON [[slot, text], …] · u32 + raw bytes
 */
const fixedBytes = 36;
const Part = { times: 1, texts: 2, raw: 4, late: 8, allGood: 16 } as const;

const encoder = new TextEncoder();

function allGood(quality: Uint8Array): boolean {
  for (const one of quality) if (one !== Quality.good) return false;
  return true;
}

/** What a frame needs beside its columns, worked out once for size and bytes. */
export interface FramePlan {
  readonly parts: number;
  readonly texts: Uint8Array | undefined;
  readonly bytes: number;
}

export function planFrame(frame: StampedFrame): FramePlan {
  const slots = frame.values.length;
  let parts = 0;
  let bytes = fixedBytes + slots * 8;
  let texts: Uint8Array | undefined;
  if (allGood(frame.quality)) parts |= Part.allGood;
  else bytes += slots;
  if (frame.times) {
    parts |= Part.times;
    bytes += slots * 8;
  }
  if (frame.texts && frame.texts.size > 0) {
    parts |= Part.texts;
    texts = encoder.encode(JSON.stringify([...frame.texts]));
    bytes += 4 + texts.length;
  }
  if (frame.raw) {
    parts |= Part.raw;
    bytes += 4 + frame.raw.length;
  }
  if (frame.late) parts |= Part.late;
  return { parts, texts, bytes };
}

const bytesOf = (column: Float64Array): Uint8Array =>
  new Uint8Array(column.buffer, column.byteOffset, column.byteLength);

/** Writes the payload at `at`; returns where it ends. */
export function encodeFrame(frame: StampedFrame, sequence: number, plan: FramePlan, into: Buffer, at: number): number {
  const slots = frame.values.length;
  into.writeDoubleLE(sequence, at);
  into.writeDoubleLE(frame.instant, at + 8);
  into.writeDoubleLE(frame.time, at + 16);
  into.writeFloatLE(frame.timeSpread, at + 24);
  into.writeUInt32LE(frame.table.number, at + 28);
  into.writeUInt16LE(slots, at + 32);
  into.writeUInt16LE(plan.parts, at + 34);
  let end = at + fixedBytes;
  into.set(bytesOf(frame.values), end);
  end += slots * 8;
  if (!(plan.parts & Part.allGood)) {
    into.set(frame.quality, end);
    end += slots;
  }
  if (frame.times) {
    into.set(bytesOf(frame.times), end);
    end += slots * 8;
  }
  for (const block of [plan.texts, plan.parts & Part.raw ? frame.raw : undefined]) {
    if (!block) continue;
    into.writeUInt32LE(block.length, end);
    into.set(block, end + 4);
    end += 4 + block.length;
  }
  return end;
}

function column(payload: Buffer, at: number, slots: number): Float64Array {
  const copy = new Float64Array(slots);
  bytesOf(copy).set(payload.subarray(at, at + slots * 8));
  return copy;
}

/** Number of the table a payload was written with. */
export const frameTable = (payload: Buffer): number => payload.readUInt32LE(28);

/** How many slots a payload has. */
export const frameSlots = (payload: Buffer): number => payload.readUInt16LE(32);

/** The stamps at the head of a payload, without touching its columns. */
export function frameStamps(payload: Buffer): { sequence: number; instant: number; time: number } {
  return { sequence: payload.readDoubleLE(0), instant: payload.readDoubleLE(8), time: payload.readDoubleLE(16) };
}

/** Decodes with the table the frame was written with; throws when the payload does not fit it. */
export function decodeFrame(payload: Buffer, table: TagTable): Frame {
  const slots = payload.readUInt16LE(32);
  const parts = payload.readUInt16LE(34);
  if (slots !== table.tags.length) {
    throw new Error(`frame with ${slots} slots under table ${table.number}, which has ${table.tags.length}`);
  }
  let at = fixedBytes;
  const values = column(payload, at, slots);
  at += slots * 8;
  const quality = new Uint8Array(slots);
  if (parts & Part.allGood) quality.fill(Quality.good);
  else {
    quality.set(payload.subarray(at, at + slots));
    at += slots;
  }
  let times: Float64Array | undefined;
  if (parts & Part.times) {
    times = column(payload, at, slots);
    at += slots * 8;
  }
  const block = (): Buffer => {
    const start = at + 4;
    at = start + payload.readUInt32LE(at);
    return payload.subarray(start, at);
  };
  const texts =
    parts & Part.texts ? new Map(JSON.parse(block().toString('utf8')) as readonly [number, string][]) : undefined;
  const raw = parts & Part.raw ? Uint8Array.from(block()) : undefined;
  return {
    table,
    ...frameStamps(payload),
    timeSpread: payload.readFloatLE(24),
    values,
    quality,
    ...(times && { times }),
    ...(texts && { texts }),
    ...(raw && { raw }),
    ...(parts & Part.late && { late: true }),
  };
}
