import { randomInt } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { Entry, EpochEntry, Frame, LaneName } from '../contract/index.js';
import { compactedSuffix } from './compaction.js';
import { type Disk, nodeDisk } from './disk.js';
import type { Fold } from './fold.js';
import { decodeFrame, frameSlots, frameTable } from './frame-codec.js';
import { type BoxIdentity, epochReason, machineId, newEpoch, startedBy } from './identity.js';
import { Journal, type JournalOptions, type JournalParts, type Recovery } from './journal.js';
import { Lane } from './lane.js';
import { LaneWriter } from './lane-writer.js';
import { decodeEntry, OpeningState } from './opening-state.js';
import { FoundDamage, Quarantine } from './quarantine.js';
import { Recent } from './recent.js';
import { type FoundRecord, RecordKind } from './record.js';
import { type RecoveredLane, recoverLane } from './recovery.js';
import { Retainer } from './retainer.js';
import { type SegmentFile, scanSegment } from './segment.js';
import type { ReaderEvents } from './segment-reader.js';
import { SegmentWriter, type SyncedRecords } from './segment-writer.js';
import { tableCopy } from './table-copy.js';

/** Name of the mark that `sluice restore` leaves; it is removed once the new epoch is safe. */
export const restoredMark = 'restored';

const writeEveryMs = 200;
const recentBytesMax = 2 * 2 ** 20;

const highestSettled = (fold: Fold, lane: LaneName): number =>
  Math.max(
    0,
    ...[...fold.positions].map(([key, { settled, collapsed }]) =>
      key.endsWith(`/${lane}`) ? Math.max(collapsed.upTo, settled.at(-1)?.[1] ?? 0) : 0,
    ),
  );

function epochEntry(state: OpeningState, box: BoxIdentity, reason: EpochEntry['reason']): EpochEntry {
  const { lastInstant, epoch } = state.fold;
  return {
    kind: 'epoch',
    // Behind everything recorded before: it belongs to the boot that begins with it, and gets its time from there.
    instant: lastInstant + 1,
    time: Number.NaN,
    epoch: newEpoch(),
    previous: epoch?.epoch ?? null,
    reason,
    machine: box.machine,
    folder: box.folder,
    startedBy: startedBy(),
  };
}

/** What both lanes need to be put together. */
interface LaneBuild<T> {
  readonly options: JournalOptions;
  readonly disk: Disk;
  readonly name: LaneName;
  readonly found: RecoveredLane;
  readonly next: number;
  readonly continues: boolean;
  readonly epoch: () => string;
  readonly head: (offset: number) => readonly Buffer[];
  readonly onSynced: (records: SyncedRecords) => void;
  readonly companion?: (table: number, offset: number) => Buffer | undefined;
  readonly events: ReaderEvents;
  readonly decode: (record: FoundRecord) => T | undefined;
  readonly makeRoom: () => Promise<boolean>;
  readonly beforeWrite?: () => Promise<void>;
  /** A segment is whole, and the next one, with the state to start from, is safe. */
  readonly onSealed?: (segment: SegmentFile) => void;
}

function buildLane<T>(build: LaneBuild<T>): {
  writer: LaneWriter;
  lane: Lane<T>;
  segments: SegmentFile[];
} {
  const { options, disk, name, found, next, epoch, decode } = build;
  const epochs = new Map(found.epochs);
  const segments = found.segments;
  const files = new SegmentWriter(
    {
      lane: name,
      folder: options.folder,
      disk,
      epoch,
      headRecords: build.head,
      onSynced: build.onSynced,
      ...(build.companion && { companion: build.companion }),
      onOpened: (segment) => {
        epochs.set(segment.serial, epoch());
        const sealed = segments.at(-1);
        segments.push(segment);
        if (!sealed) return;
        // What a failed sync took is written again into the new one.
        sealed.endOffset = Math.min(sealed.endOffset, segment.firstOffset);
        build.onSealed?.(sealed);
      },
    },
    found.serial,
    build.continues ? found.open : undefined,
  );
  const recent = new Recent(next, recentBytesMax);
  const isSamples = name === 'samples';
  const writer = new LaneWriter(
    {
      clock: options.clock,
      writeEveryMs: isSamples ? writeEveryMs : 0,
      commitEveryMs: isSamples ? options.commitEveryMs : 0,
      lazyWriteEveryMs: writeEveryMs,
      memoryBytesMax: options.memoryBytesMax,
      makeRoom: build.makeRoom,
      ...(build.beforeWrite && { beforeWrite: build.beforeWrite }),
      onCommit: (chunks) => {
        for (const chunk of chunks) recent.push(chunk);
        lane.tellCommit();
      },
      onTrouble: (error) => options.onTrouble?.(name, error),
    },
    files,
    next,
  );
  const lane = new Lane<T>({ name, disk, segments, epochs, writer, recent, decode, events: build.events });
  return { writer, lane, segments };
}

/** What reading the folder gave. */
interface Found {
  readonly state: OpeningState;
  readonly samples: RecoveredLane;
  readonly alarms: RecoveredLane;
  readonly damage: readonly string[];
  /** Where each lane goes on: never below what a sink has settled. */
  readonly next: Readonly<Record<LaneName, number>>;
}

async function readFolder(disk: Disk, folder: string): Promise<Found> {
  for (const name of await disk.list(folder)) {
    if (name.endsWith(compactedSuffix)) await disk.remove(join(folder, name));
  }
  const state = new OpeningState();
  const table = (number: number) => state.fold.table(number);
  const alarms = await recoverLane(disk, folder, 'alarms', (record) => state.readAlarm(record), table);
  const samples = await recoverLane(disk, folder, 'samples', (record) => state.readSample(record), table);
  for (const [device, next] of state.sequences) state.writtenSequences.set(device, next);
  const damage = await new Quarantine(disk, folder).keep([...alarms.damage, ...samples.damage]);
  const next = {
    samples: Math.max(samples.next, highestSettled(state.fold, 'samples')),
    alarms: Math.max(alarms.next, highestSettled(state.fold, 'alarms')),
  };
  return { state, samples, alarms, damage, next };
}

function recoveryOf({ state, samples, alarms, damage }: Found): Omit<Recovery, 'newEpoch'> {
  const last = state.lastEntry;
  const wasStopped = last?.kind === 'transition' && last.subject === 'journal' && last.state === 'stopped';
  const isFirst = samples.segments.length === 0 && alarms.segments.length === 0;
  return {
    reason: isFirst ? 'first-start' : damage.length > 0 ? 'damage' : wasStopped ? 'stop' : 'crash',
    lastKept: state.lastFrame,
    firstNew: samples.next,
    tornBytes: samples.tornBytes + alarms.tornBytes,
    damage,
  };
}

/** Begins a new epoch where the old one cannot go on; returns its entry, not yet noted. */
async function decideEpoch(disk: Disk, folder: string, found: Found): Promise<EpochEntry | undefined> {
  const { state, samples, alarms, next } = found;
  const place = `${await disk.folderIdentity(folder)} ${resolve(folder)}`;
  const box: BoxIdentity = { machine: await machineId(), folder: place };
  const isUnreadable =
    !alarms.hasState ||
    !samples.hasState ||
    alarms.isTailUnreadable ||
    samples.isTailUnreadable ||
    next.samples > samples.next ||
    next.alarms > alarms.next ||
    (samples.segments.length > 0 && state.fold.epoch === null);
  const wasRestored = (await disk.list(folder)).includes(restoredMark);
  const reason = epochReason({ last: state.fold.epoch, box, file: alarms.file, wasRestored, isUnreadable });
  if (!reason) return undefined;
  const entry = epochEntry(state, box, reason);
  state.fold.epoch = entry;
  state.written.epoch = entry;
  // A copy may run beside its original: far-apart sequences keep their points apart.
  if (reason !== 'created') state.restartSequences(randomInt(2 ** 31));
  return entry;
}

function assemble(options: JournalOptions, disk: Disk, found: Found, newest: EpochEntry | undefined): JournalParts {
  const { state } = found;
  const retainer = new Retainer(options, disk, state.fold, state.written);
  const met = new FoundDamage(new Quarantine(disk, options.folder), (sentence) => options.onDamage?.(sentence));
  const onDamage: ReaderEvents['onDamage'] = (segment, damage) => met.tell(segment, damage);
  const common = { options, disk, epoch: () => state.fold.epoch?.epoch ?? '', continues: !newest };
  const alarms = buildLane<Entry>({
    ...common,
    name: 'alarms',
    found: found.alarms,
    next: found.next.alarms,
    head: (offset) => state.written.headRecords(offset),
    onSynced: ({ bytes }) => void scanSegment(bytes, (record) => state.written.record(record)),
    decode: decodeEntry,
    events: { onBookkeeping: () => undefined, onDamage },
    makeRoom: () => retainer.makeRoom('alarms'),
    onSealed: (segment) => retainer.compact(segment),
  });
  const samples = buildLane<Frame>({
    ...common,
    name: 'samples',
    found: found.samples,
    next: found.next.samples,
    head: (offset) => [state.samplesHead(offset)],
    onSynced: ({ index, to }) => state.keptSamples(index, to),
    companion: (number, offset) => {
      const table = state.fold.table(number);
      return table && tableCopy(table, offset);
    },
    events: {
      onBookkeeping: (record) => {
        if (record.kind === RecordKind.tableCopy) state.addCopy(record);
      },
      onDamage,
    },
    decode: (record) => {
      const table = state.fold.table(frameTable(record.payload));
      return table?.tags.length === frameSlots(record.payload) ? decodeFrame(record.payload, table) : undefined;
    },
    makeRoom: () => retainer.makeRoom('samples'),
    beforeWrite: async () => {
      await alarms.writer.eagerFlushed();
      retainer.admitSamples();
    },
  });
  retainer.watch(samples.segments, alarms.segments);
  void retainer.keepSpare().catch(() => undefined);
  return {
    options,
    fold: state.fold,
    sequences: state.sequences,
    sequenceBase: state.sequenceBase,
    samples,
    alarms,
    recovery: { ...recoveryOf(found), newEpoch: newest },
    retain: (now) => retainer.retain(now),
    settled: async () => {
      await retainer.settled();
      await met.copied();
    },
  };
}

/**
 * Opens the journal in a folder, making it if need be. Refuses only a folder in use (`FolderLocked`) and a newer format
 * (`NewerFormat`); damage is skipped, copied to quarantine and told in `recovery`.
 */
export async function openJournal(options: JournalOptions): Promise<Journal> {
  const disk = options.disk ?? nodeDisk;
  const { folder } = options;
  await disk.makeFolder(folder);
  const unlock = await disk.lock(folder);
  try {
    const found = await readFolder(disk, folder);
    const newest = await decideEpoch(disk, folder, found);
    const journal = new Journal(assemble(options, disk, found, newest), unlock);
    if (newest) {
      journal.note(newest);
      await journal.committed();
      if (newest.reason === 'restored') await disk.remove(join(folder, restoredMark)).catch(() => undefined);
    }
    return journal;
  } catch (error) {
    await unlock();
    throw error;
  }
}
