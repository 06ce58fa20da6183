import { randomBytes } from 'node:crypto';
import { open, unlink } from 'node:fs/promises';
import { join } from 'node:path';

const samplesMax = 200;
const blockBytes = 4096;

/** ms each of a few appends with fdatasync takes in a folder, as the journal commits; ends early after `limitMs`. */
export async function syncTimes(folder: string, limitMs: number): Promise<number[]> {
  const path = join(folder, `bench-${process.pid}.tmp`);
  const block = randomBytes(blockBytes);
  const file = await open(path, 'wx', 0o600);
  const samples: number[] = [];
  const end = performance.now() + limitMs;
  try {
    for (let at = 0; samples.length < samplesMax && performance.now() < end; at += blockBytes) {
      const from = performance.now();
      await file.write(block, 0, blockBytes, at);
      await file.datasync();
      samples.push(performance.now() - from);
    }
  } finally {
    await file.close();
    await unlink(path);
  }
  return samples;
}
