import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { Influxd } from '../support/influxd.js';
import { type JournalCalls, traceJournal } from './journal-trace.js';
import { runSluice, type Scene, startBenchInfluxd } from './line-rate.js';
import { makeOwnDisk, type OwnDisk } from './own-disk.js';

const rates = [
  { frames: 2, devices: 2, everyMs: 1000 },
  { frames: 20, devices: 20, everyMs: 1000 },
  { frames: 200, devices: 20, everyMs: 100 },
] as const;
const startSeconds = 5;
const secondsADay = 86_400;

interface Flash {
  readonly seconds: number;
  readonly calls: JournalCalls;
  /** What the process made the kernel send, in whole pages. */
  readonly pageBytes: number;
  /** What the disk was sent, with the file system's own journal; undefined without a disk of its own. */
  readonly diskBytes: number | undefined;
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function watch(
  { gateway, folder }: Scene,
  journal: string,
  disk: OwnDisk | undefined,
  seconds: number,
): Promise<Flash> {
  await sleep(startSeconds * 1000);
  const traced = await traceJournal(gateway.pid, journal, join(folder, 'strace.log'));
  const before = { at: performance.now(), pages: gateway.pageBytesWritten(), disk: await disk?.bytesWritten() };
  await sleep(seconds * 1000);
  const after = { at: performance.now(), pages: gateway.pageBytesWritten(), disk: await disk?.bytesWritten() };
  return {
    seconds: (after.at - before.at) / 1000,
    calls: await traced(),
    pageBytes: after.pages - before.pages,
    diskBytes: before.disk === undefined || after.disk === undefined ? undefined : after.disk - before.disk,
  };
}

function flashText(frames: number, { seconds, calls, pageBytes, diskBytes }: Flash): string {
  const day = (bytes: number): string => `${((bytes / seconds) * secondsADay * 1e-9).toFixed(2)} GB/day`;
  const onDisk =
    diskBytes === undefined ? 'no disk of its own: only root may mount one' : `${day(diskBytes)} on the disk`;
  const often = `${(calls.writes / seconds).toFixed(1)} writes and ${(calls.syncs / seconds).toFixed(1)} syncs a second`;
  return `${String(frames).padStart(4)} frames/s: ${day(calls.writtenBytes)} by the journal's write calls, ${day(pageBytes)} in pages, ${onDisk} (${often})`;
}

async function one(server: string, folder: string, influxd: Influxd, rate: (typeof rates)[number], seconds: number) {
  const scratch = await mkdtemp(join(folder, 'flash-'));
  const disk = await makeOwnDisk(scratch);
  const journal = join(disk?.folder ?? scratch, 'journal');
  try {
    return await runSluice(server, folder, influxd, rate, { journal }, (scene) => watch(scene, journal, disk, seconds));
  } finally {
    disk?.remove();
  }
}

/**
 * Bytes a day that reach the flash with the default settings, 50 tags a frame, every value another one at each read.
 * The journal's write calls are told from those on sockets by strace; the disk's own figure is the block layer's.
 */
export async function flash(
  server: string,
  folder: string,
  seconds: number,
  say: (line: string) => void,
): Promise<void> {
  const influxd = await startBenchInfluxd();
  try {
    for (const rate of rates) say(flashText(rate.frames, await one(server, folder, influxd, rate, seconds)));
  } finally {
    await influxd.stop();
  }
  say('budget: 2 GB/day at 20 frames/s');
}
