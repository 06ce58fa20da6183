import type { LaneName, TagTable } from '../contract/index.js';
import type { Disk, DiskFile } from './disk.js';
import { frameStamps, frameTable } from './frame-codec.js';
import { type FoundRecord, isCounted, jsonPayload, RecordKind, recordAt } from './record.js';
import {
  type Damage,
  headerOf,
  listSegments,
  readAll,
  readOver,
  type ScanResult,
  type SegmentFile,
  type SegmentHeader,
  scanSegment,
} from './segment.js';
import { SegmentIndex } from './segment-index.js';
import type { OpenSegment } from './segment-writer.js';

/** A lane as found at start, ready to be gone on with. */
export interface RecoveredLane {
  readonly segments: SegmentFile[];
  readonly open: OpenSegment | undefined;
  readonly serial: number;
  readonly next: number;
  /** Epoch of each segment, by serial. */
  readonly epochs: ReadonlyMap<number, string>;
  readonly tornBytes: number;
  readonly damage: readonly { readonly segment: SegmentFile; readonly damaged: readonly Damage[] }[];
  /** False when no snapshot was found though there are segments: what came before cannot be known. */
  readonly hasState: boolean;
  /** The end of the newest segment cannot be read: what it held may have left the box. */
  readonly isTailUnreadable: boolean;
  /** The newest segment's file as its header names it, and as it is. */
  readonly file: { readonly written: string; readonly found: string } | undefined;
}

const headBytes = 64 * 1024;

interface Head {
  readonly segment: SegmentFile;
  readonly header: SegmentHeader | undefined;
}

/** First offset of a segment whose header is damaged, from its first whole counted record; undefined without one. */
function firstOffsetOf(bytes: Buffer): number | undefined {
  let first: number | undefined;
  scanSegment(bytes, ({ kind, offset }) => {
    if (isCounted(kind)) first ??= offset;
  });
  return first;
}

async function readHead(disk: Disk, lane: LaneName, serial: number, path: string): Promise<Head | undefined> {
  const file = await disk.openToRead(path);
  try {
    const buffer = Buffer.alloc(headBytes);
    const { read } = await readOver(file, buffer, 0);
    const record = recordAt(buffer.subarray(0, read), 0);
    const header = typeof record === 'object' ? headerOf(record, path) : undefined;
    const firstOffset = header?.firstOffset ?? firstOffsetOf((await readAll(file)).bytes);
    if (firstOffset === undefined) return undefined;
    return { segment: { lane, serial, path, firstOffset, endOffset: firstOffset, bytes: await file.size() }, header };
  } finally {
    await file.close();
  }
}

/** The segments that hold anything, oldest first. A file that was only just begun when power went holds nothing. */
async function readHeads(disk: Disk, folder: string, lane: LaneName): Promise<{ heads: Head[]; serial: number }> {
  const heads: Head[] = [];
  const files = await listSegments(disk, folder, lane);
  for (const { serial, path } of files) {
    const head = await readHead(disk, lane, serial, path);
    if (head) heads.push(head);
  }
  heads.forEach(({ segment }, index) => {
    segment.endOffset = heads[index + 1]?.segment.firstOffset ?? segment.firstOffset;
  });
  return { heads, serial: files.at(-1)?.serial ?? 0 };
}

/** Epoch of each segment; one whose header is damaged is of its neighbour's. */
function epochsOf(heads: readonly Head[]): Map<number, string> {
  const epochs = new Map<number, string>();
  let epoch = heads.find(({ header }) => header)?.header?.epoch ?? '';
  for (const { segment, header } of heads) {
    epoch = header?.epoch ?? epoch;
    epochs.set(segment.serial, epoch);
  }
  return epochs;
}

/** Everything in one segment, told in order. */
async function replaySegment(
  disk: Disk,
  segment: SegmentFile,
  visit: (record: FoundRecord) => void,
): Promise<ScanResult & { readonly isTailUnreadable: boolean }> {
  const file = await disk.openToRead(segment.path);
  try {
    const { bytes, unreadable } = await readAll(file);
    const scan = scanSegment(bytes, visit);
    const tail = unreadable.filter(({ to }) => to > scan.end);
    return { ...scan, damaged: [...scan.damaged, ...tail], isTailUnreadable: tail.length > 0 };
  } finally {
    await file.close();
  }
}

async function hasSnapshot(disk: Disk, segment: SegmentFile): Promise<boolean> {
  let found = false;
  await replaySegment(disk, segment, (record) => {
    found ||= record.kind === RecordKind.snapshot && jsonPayload(record.payload) !== undefined;
  });
  return found;
}

/** Adds a stored record to the index of its segment. */
export function indexRecord(
  index: SegmentIndex,
  record: FoundRecord,
  table: (number: number) => TagTable | undefined,
): void {
  if (record.kind === RecordKind.entry) {
    const { instant, time } = jsonPayload(record.payload) as { instant: number; time: number | null };
    index.add({ instant, time: time ?? Number.NaN });
  }
  if (record.kind !== RecordKind.frame) return;
  const stamps = frameStamps(record.payload);
  const number = frameTable(record.payload);
  index.add(stamps, { device: table(number)?.device, sequence: stamps.sequence, table: number });
}

/** Cuts off what was being written, and makes sure that what is read from now on is on the disk. */
async function cleanTail(file: DiskFile, end: number, size: number): Promise<void> {
  if (end < size) await file.truncate(end);
  await file.sync();
}

/**
 * Finds the segments of a lane and tells `visit` everything from the newest snapshot on. Refuses only a newer format;
 * damage is skipped and reported.
 */
export async function recoverLane(
  disk: Disk,
  folder: string,
  lane: LaneName,
  visit: (record: FoundRecord) => void,
  table: (number: number) => TagTable | undefined,
): Promise<RecoveredLane> {
  const { heads, serial } = await readHeads(disk, folder, lane);
  const segments = heads.map(({ segment }) => segment);
  const epochs = epochsOf(heads);
  let start = segments.length - 1;
  while (start >= 0 && !(await hasSnapshot(disk, segments[start] as SegmentFile))) start -= 1;
  const hasState = start >= 0 || segments.length === 0;
  const damage: { segment: SegmentFile; damaged: readonly Damage[] }[] = [];
  let next = 0;
  let index = new SegmentIndex();
  let last: Awaited<ReturnType<typeof replaySegment>> | undefined;
  for (const segment of segments.slice(Math.max(start, 0))) {
    index = new SegmentIndex();
    last = await replaySegment(disk, segment, (record) => {
      if (record.offset + (isCounted(record.kind) ? 1 : 0) > next)
        next = record.offset + (isCounted(record.kind) ? 1 : 0);
      indexRecord(index, record, table);
      visit(record);
    });
    if (last.damaged.length > 0) damage.push({ segment, damaged: last.damaged });
  }
  const isTailUnreadable = last?.isTailUnreadable ?? false;
  const found = { segments, next, epochs, damage, hasState, isTailUnreadable, serial };
  const newest = heads.at(-1);
  if (!newest || !last) return { ...found, open: undefined, tornBytes: 0, file: undefined };
  const { segment, header } = newest;
  segment.endOffset = next;
  const file = await disk.open(segment.path);
  const identity = header && { written: header.file, found: await file.identity() };
  const recovered = { ...found, tornBytes: last.tornBytes, file: identity };
  if (!isTailUnreadable) {
    await cleanTail(file, last.end, segment.bytes);
    segment.bytes = last.end;
  }
  // A segment from which reading could not start, or that is damaged, is left as it is: a new one begins.
  if (header && start === segments.length - 1 && last.damaged.length === 0) {
    segment.open = index;
    return { ...recovered, open: { file, segment, size: last.end, index } };
  }
  await file.close();
  return { ...recovered, open: undefined };
}
