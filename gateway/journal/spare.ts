import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Disk } from './disk.js';

/** Room for the head of an alarms segment and what is said while a full disk is closed or cleared. */
export const spareBytes = 4 * 2 ** 20;

const name = 'spare';

/** Room kept allocated beside the segments: given up on a full disk, so that alarms are still taken and a stop is clean. */
export class Spare {
  readonly #disk: Disk;
  readonly #folder: string;
  #isGivenUp = false;

  constructor(disk: Disk, folder: string) {
    this.#disk = disk;
    this.#folder = folder;
  }

  /** Given up and not set aside again: the room left is for alarms. */
  get isGivenUp(): boolean {
    return this.#isGivenUp;
  }

  /** Sets it aside again where there is none and `freeBytes` leaves room for it. A disk that refuses has none. */
  async keep(freeBytes: number): Promise<void> {
    if (freeBytes < spareBytes || (await this.#isThere())) return;
    const path = join(this.#folder, name);
    try {
      const file = await this.#disk.create(path);
      // Zeros would take no room on a file system that compresses.
      try {
        await file.write(randomBytes(spareBytes), 0);
        await file.sync();
      } finally {
        await file.close();
      }
      this.#isGivenUp = false;
    } catch {
      await this.#disk.remove(path).catch(() => undefined);
    }
  }

  /** False when there was none. */
  async giveUp(): Promise<boolean> {
    if (!(await this.#isThere())) return false;
    await this.#disk.remove(join(this.#folder, name));
    this.#isGivenUp = true;
    return true;
  }

  /** One that a power cut left short is none. */
  async #isThere(): Promise<boolean> {
    if (!(await this.#disk.list(this.#folder)).includes(name)) return false;
    const file = await this.#disk.openToRead(join(this.#folder, name));
    try {
      return (await file.size()) >= spareBytes;
    } finally {
      await file.close();
    }
  }
}
