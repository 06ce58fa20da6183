import { join } from 'node:path';
import type { LaneName } from '../contract/index.js';
import type { Disk, DiskFile } from './disk.js';
import { type FoundRecord, findRecord, jsonPayload, RecordKind, recordAt } from './record.js';
import type { SegmentIndex, SegmentIndexJson } from './segment-index.js';

/** Number of the format. A newer one is refused, an older one migrated. */
export const formatVersion = 1;

export const segmentBytesMax = 16 * 2 ** 20;

/** First record of each segment. */
export interface SegmentHeader {
  readonly format: number;
  readonly lane: LaneName;
  readonly epoch: string;
  readonly firstOffset: number;
  /** The file's own identity when it was made: a copied or restored file has another. */
  readonly file: string;
}

/** A segment on disk, as known without reading its records. */
export interface SegmentFile {
  readonly lane: LaneName;
  readonly serial: number;
  readonly path: string;
  readonly firstOffset: number;
  /** Just past its last counted record. */
  endOffset: number;
  bytes: number;
  index?: SegmentIndexJson;
  /** While it is written: what its index will be. */
  open?: SegmentIndex;
}

export class NewerFormat extends Error {
  override readonly name = 'NewerFormat';
}

export const segmentName = (lane: LaneName, serial: number): string =>
  `${lane}-${String(serial).padStart(10, '0')}.seg`;

const namePattern = /^(samples|alarms)-(\d{10})\.seg$/;

/** The segments of a lane by their serial, ascending; other files are none of the journal's. */
export async function listSegments(
  disk: Disk,
  folder: string,
  lane: LaneName,
): Promise<{ serial: number; path: string }[]> {
  const found: { serial: number; path: string }[] = [];
  for (const name of await disk.list(folder)) {
    const match = namePattern.exec(name);
    if (match?.[1] === lane) found.push({ serial: Number(match[2]), path: join(folder, name) });
  }
  return found.sort((a, b) => a.serial - b.serial);
}

const sectorBytes = 4096;

/** What was read over sectors that cannot be read. */
export interface ReadOver {
  readonly read: number;
  /** In bytes of the file; zeros stand for them. */
  readonly unreadable: readonly Damage[];
  /** What the disk said. */
  readonly error?: Error;
}

/**
 * Reads up to `into.length` bytes. Sectors that cannot be read are left as zeros: what stood in them fails its check,
 * and what stands beside them is not lost with it.
 */
export async function readOver(file: DiskFile, into: Buffer, position: number): Promise<ReadOver> {
  try {
    return { read: await file.read(into, position), unreadable: [] };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EIO') throw error;
    const unreadable: Damage[] = [];
    const end = Math.min(into.length, Math.max(0, (await file.size()) - position));
    for (let at = 0; at < end; ) {
      const to = Math.min(end, at + sectorBytes - ((position + at) % sectorBytes));
      const sector = into.subarray(at, to);
      const from = position + at;
      await file.read(sector, from).catch(() => {
        sector.fill(0);
        unreadable.push({ from, to: from + sector.length });
      });
      at = to;
    }
    return { read: end, unreadable, error: error as Error };
  }
}

/** Reads a whole segment; they are 16 MiB at most, and one chunk more. */
export async function readAll(file: DiskFile): Promise<{ bytes: Buffer; unreadable: readonly Damage[] }> {
  const bytes = Buffer.allocUnsafe(await file.size());
  const { read, unreadable } = await readOver(file, bytes, 0);
  return { bytes: bytes.subarray(0, read), unreadable };
}

/** What a scan found that was no record: `[from, to)` in bytes of the file. */
export interface Damage {
  readonly from: number;
  readonly to: number;
}

export interface ScanResult {
  readonly damaged: readonly Damage[];
  /** Where the last whole record ends. */
  readonly end: number;
  /** Bytes behind `end` that are not zero: a record that was being written. */
  readonly tornBytes: number;
}

/** Calls `visit` for each whole record in order; what lies between two of them and is none is damage. */
export function scanSegment(bytes: Buffer, visit: (record: FoundRecord, at: number) => void): ScanResult {
  const damaged: Damage[] = [];
  let at = 0;
  let end = 0;
  while (at < bytes.length) {
    const record = recordAt(bytes, at);
    if (typeof record === 'object') {
      visit(record, at);
      at = record.end;
      end = at;
      continue;
    }
    const next = findRecord(bytes, at + 1);
    if (next < 0) break;
    damaged.push({ from: at, to: next });
    at = next;
  }
  return { damaged, end, tornBytes: bytes.subarray(end).some((byte) => byte !== 0) ? bytes.length - end : 0 };
}

/** The header of a segment, if its first record is one. Throws `NewerFormat`. */
export function headerOf(record: FoundRecord, path: string): SegmentHeader | undefined {
  if (record.kind !== RecordKind.header) return undefined;
  const header = jsonPayload(record.payload) as SegmentHeader | undefined;
  if (header && header.format > formatVersion) {
    throw new NewerFormat(
      `${path} has journal format ${header.format}; this release reads up to ${formatVersion}. Run the newer release, or move the folder away.`,
    );
  }
  return header;
}
