import { FrameBuilder, silentLog } from '../../gateway/contract/index.js';
import { openJournal, Position } from '../../gateway/journal/index.js';
import { systemClock } from '../../gateway/runtime/index.js';

/**
 * A process that writes a journal as a gateway does, and says on its standard output what is committed, so that a trace
 * of it holds both: `journal-workload FOLDER SECONDS FRAMES_PER_SECOND TAGS`. The n-th frame holds n + slot.
 */
const [folder, seconds, rate, tags] = process.argv.slice(2) as [string, string, string, string];

const journal = await openJournal({
  folder,
  site: 'farm',
  clock: systemClock,
  log: silentLog,
  commitEveryMs: 1000,
  memoryBytesMax: 64 * 2 ** 20,
  bytesMax: 2 ** 32,
  freeBytesMin: 0,
  samplesAgeMaxMs: 1e12,
  alarmsAgeMaxMs: 1e12,
});
const table = journal.table({
  site: 'farm',
  link: 'bus',
  device: 'd1',
  profile: 'meter',
  group: 'main',
  configuration: 'c',
  tags: Array.from({ length: Number(tags) }, (_, index) => ({ name: `v${index}`, type: 'number', unit: '' })),
});
const tell = (): void => void process.stdout.write(`C ${journal.samples.committed} ${journal.alarms.committed}\n`);
const silences = [journal.samples.onCommit(tell), journal.alarms.onCommit(tell)];

const position = Position.from(0);
const end = performance.now() + Number(seconds) * 1000;
const start = performance.now();
let frames = 0;
let notes = 0;
while (performance.now() < end) {
  const due = ((performance.now() - start) / 1000) * Number(rate);
  for (; frames < due; frames += 1) {
    const builder = new FrameBuilder(table);
    for (let slot = 0; slot < table.tags.length; slot += 1) builder.set(slot, frames + slot);
    journal.append({ ...builder.build(), instant: frames, time: 1_700_000_000_000 + frames, timeSpread: 1 });
  }
  if (frames % 7 === 0) {
    const stamp = { instant: notes, time: notes };
    journal.note({ kind: 'transition', ...stamp, subject: 'device', name: 'd1', state: 'offline', reason: 'none' });
    notes += 1;
  }
  position.deliver(position.end, journal.samples.committed);
  journal.savePositions(new Map([['sink/samples', position]]));
  await systemClock.wait(10);
}
// It ends as a gateway does: all of it on the disk, the position too, and the word that it stopped.
await journal.flushed();
for (const silence of silences) silence();
position.deliver(position.end, journal.samples.committed);
journal.savePositions(new Map([['sink/samples', position]]));
const stamp = { instant: frames, time: 1_700_000_000_000 + frames };
journal.note({
  kind: 'transition',
  ...stamp,
  subject: 'journal',
  name: 'journal',
  state: 'stopped',
  reason: 'stopped',
});
await journal.close();
