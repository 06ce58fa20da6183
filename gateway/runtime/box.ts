import { readdir, readFile, statfs } from 'node:fs/promises';
import { freemem, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import type { BoxTagName } from '../../config/index.js';
import { FrameBuilder, Quality, type Reading, type TagTable } from '../contract/index.js';
import type { DeviceClockOffset } from './device-clock.js';

/** What only the gateway itself knows about its box. */
export interface BoxFacts {
  readonly isClockTrusted: boolean;
  readonly clockSource: string;
  /** The device clock farthest from ours since the last reading, where a device tells its time. */
  readonly deviceClock: DeviceClockOffset | undefined;
  /** Records committed and not yet taken by the slowest sink. */
  readonly backlog: number;
  readonly journalFolder: string;
}

const text = (path: string): Promise<string | undefined> =>
  readFile(path, 'utf8').then(
    (content) => content.trim(),
    () => undefined,
  );

const scaled = async (path: string, factor: number): Promise<number | undefined> => {
  const value = await text(path);
  return value === undefined || value === '' ? undefined : Number(value) * factor;
};

/** The first of a folder's entries whose file gives a number. */
async function firstOf(folder: string, file: string, factor: number): Promise<number | undefined> {
  for (const name of await readdir(folder).catch(() => [])) {
    const value = await scaled(join(folder, name, file), factor);
    if (value !== undefined && Number.isFinite(value)) return value;
  }
  return undefined;
}

/** eMMC's own estimate (JEDEC JESD84-B51, DEVICE_LIFE_TIME_EST): n means up to n × 10 % used. */
async function flashLifeUsed(): Promise<number | undefined> {
  for (const name of await readdir('/sys/class/mmc_host').catch(() => [])) {
    for (const card of await readdir(join('/sys/class/mmc_host', name)).catch(() => [])) {
      const estimate = await text(join('/sys/class/mmc_host', name, card, 'life_time'));
      if (estimate) return Math.max(...estimate.split(' ').map((part) => Number.parseInt(part, 16))) * 10;
    }
  }
  return undefined;
}

/** True when a default route exists, IPv4 or IPv6. */
async function hasUplink(): Promise<boolean | undefined> {
  const [v4, v6] = [await text('/proc/net/route'), await text('/proc/net/ipv6_route')];
  if (v4 === undefined && v6 === undefined) return undefined;
  const isDefault4 = v4?.split('\n').some((line) => line.split('\t')[1] === '00000000') ?? false;
  const isDefault6 = v6?.split('\n').some((line) => /^0{32} 00 /.test(line) && !line.endsWith(' lo')) ?? false;
  return isDefault4 || isDefault6;
}

const megabytes = (bytes: number): number => Math.round(bytes / 1e6);

/** Reads the box. Nothing here can fail: what is not there is absent. */
export async function readBox(table: TagTable, facts: BoxFacts): Promise<Reading> {
  const builder = new FrameBuilder(table);
  const disk = await statfs(facts.journalFolder).catch(() => undefined);
  const supplies = '/sys/class/power_supply';
  const values: Record<BoxTagName, number | boolean | string | undefined> = {
    clock_trusted: facts.isClockTrusted,
    clock_source: facts.clockSource,
    device_clock_offset: facts.deviceClock && facts.deviceClock.offsetMs / 1000,
    device_clock_device: facts.deviceClock?.device,
    disk_free: disk && megabytes(disk.bavail * disk.bsize),
    flash_life_used: await flashLifeUsed(),
    memory_free: megabytes(freemem()),
    memory_used: Math.round((1 - freemem() / totalmem()) * 1000) / 10,
    gateway_memory: megabytes(process.memoryUsage.rss()),
    load: Math.round((loadavg()[0] ?? 0) * 100) / 100,
    cpu_temperature: await firstOf('/sys/class/thermal', 'temp', 0.001),
    mains_present: await firstOf(supplies, 'online', 1),
    battery: await firstOf(supplies, 'capacity', 1),
    supply_voltage: await firstOf(supplies, 'voltage_now', 1e-6),
    uplink_present: await hasUplink(),
    backlog: facts.backlog,
  };
  table.tags.forEach(({ name }, slot) => {
    const value = values[name as keyof typeof values];
    if (typeof value === 'string') builder.text(slot, value);
    else if (value !== undefined) builder.set(slot, Number(value), Quality.good);
  });
  return builder.build();
}
