import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import type { LinkFraming, ScanFound } from '../../../../drivers/modbus/index.js';
import type { Cli } from '../../cli.js';
import { Failure } from '../../failure.js';
import { kitMessages } from '../kit-messages.js';

/** What a scan is of: a file of another one cannot be gone on with. */
export interface ScanChoice {
  readonly address: string;
  readonly units: readonly number[];
  readonly bauds: readonly number[];
  readonly parities: readonly ('none' | 'even' | 'odd')[];
  readonly framings: readonly LinkFraming[];
}

/** A device that was found, and the profiles it may be of, the likeliest first. */
export interface FoundDevice extends ScanFound {
  readonly profiles: readonly string[];
}

/** An unfinished scan. */
export interface ScanState {
  readonly done: number;
  readonly found: readonly FoundDevice[];
}

const words = z.array(z.int()).optional();
const serial = z.strictObject({
  baud: z.int(),
  parity: z.enum(['none', 'even', 'odd']),
  dataBits: z.union([z.literal(7), z.literal(8)]),
  stopBits: z.union([z.literal(1), z.literal(2)]),
  rs485: z.enum(['none', 'rts']),
});
const schema = z.strictObject({
  format: z.literal('sluice-scan'),
  choice: z.unknown(),
  done: z.int().min(0),
  found: z.array(
    z.strictObject({
      unit: z.int(),
      setting: z.strictObject({ framing: z.enum(['tcp', 'rtu', 'ascii']), serial }),
      answeredMs: z.number(),
      registers: z.strictObject({ holding: words, input: words }),
      profiles: z.array(z.string()),
    }),
  ),
});

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/**
 * The scan a file holds; undefined where there is no such file. Ends the command when it is of another scan than this one
 * of `of` steps, or when no scan could be kept there.
 */
export async function readScan(cli: Cli, file: string, choice: ScanChoice, of: number): Promise<ScanState | undefined> {
  const { scan: m } = kitMessages(cli.language);
  const text = await textOf(file).catch((error: Error) => {
    throw new Failure(m.noFile({ file, why: error.message }), 'wrong', { cause: error });
  });
  if (text === undefined) return undefined;
  const read = schema.safeParse(parsed(text));
  if (!read.success) throw new Failure(m.badFile({ file }), 'wrong');
  if (!same(read.data.choice, choice)) throw new Failure(m.otherScan({ file }), 'wrong');
  const { done } = read.data;
  if (done > of) throw new Failure(m.damagedFile({ file, done, of }), 'wrong');
  return { done, found: read.data.found as readonly FoundDevice[] };
}

/** Undefined where there is no such file. Throws when it cannot be read, or none can be written beside it. */
async function textOf(file: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  });
  await writeFile(besides(file), '');
  await rm(besides(file));
  return text;
}

const besides = (file: string): string => `${file}.new`;

/** Whole or not at all: a box may lose its power while it is written. */
export async function writeScan(file: string, choice: ScanChoice, { done, found }: ScanState): Promise<void> {
  await writeFile(besides(file), `${JSON.stringify({ format: 'sluice-scan', choice, done, found }, null, 1)}\n`);
  await rename(besides(file), file);
}

/** A scan that came to its end needs no file. */
export const removeScan = (file: string): Promise<void> => rm(file, { force: true });

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
