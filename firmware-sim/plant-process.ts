import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { demoPlant } from './demo-plant.js';
import { carryOut } from './order.js';
import { type Plant, type PlantHooks, startPlant } from './plant.js';
import type { PlantSpec } from './plant-spec.js';

const usage = `usage: [--spec FILE] [--log FILE] [--until-stdin-ends]
  --spec FILE         a field described in YAML or JSON; the demonstration when left out
  --log FILE          append each request and answer as a line of JSON
  --until-stdin-ends  stop when standard input ends, so that nothing outlives its parent`;

function readSpec(path: string): PlantSpec {
  const spec = parse(readFileSync(path, 'utf8')) as PlantSpec | null;
  if (!Array.isArray(spec?.servers)) throw new Error(`${path} has no list "servers"`);
  return spec;
}

const say = (line: unknown) => process.stdout.write(`${JSON.stringify(line)}\n`);
const words = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
};

function logTo(handle: number | undefined): PlantHooks {
  if (handle === undefined) return {};
  return { log: (server, event) => writeSync(handle, `${JSON.stringify({ server, ...event })}\n`) };
}

/** Resolves when the field is to stop: by an order, SIGTERM, SIGINT, or the end of standard input where that was asked. */
function untilStopped(plant: Plant, endsWithStdin: boolean): Promise<void> {
  return new Promise((resolve) => {
    const lines = createInterface({ input: process.stdin });
    const end = () => {
      process.off('SIGTERM', end).off('SIGINT', end);
      lines.close();
      process.stdin.destroy();
      resolve();
    };
    process.on('SIGTERM', end).on('SIGINT', end);
    lines.on('line', (line) => {
      try {
        const stops = carryOut(plant, line);
        say({ done: true });
        if (stops) end();
      } catch (error) {
        say({ error: words(error) });
      }
    });
    if (endsWithStdin) lines.once('close', end);
  });
}

/**
 * A field as a process of its own. Prints `{"addresses":{…}}` when every server listens, takes orders as lines of JSON on
 * standard input and answers each with `{"done":true}` or `{"error":"…"}`. Resolves to the exit code when it was stopped:
 * 0, 1 when it could not start, 2 when its arguments are wrong.
 */
export async function runPlantProcess(argv: readonly string[]): Promise<number> {
  let spec: PlantSpec;
  let options: { readonly spec?: string; readonly log?: string; readonly 'until-stdin-ends'?: boolean };
  try {
    options = parseArgs({
      args: [...argv],
      options: { spec: { type: 'string' }, log: { type: 'string' }, 'until-stdin-ends': { type: 'boolean' } },
    }).values;
    spec = options.spec === undefined ? demoPlant() : readSpec(options.spec);
  } catch (error) {
    process.stderr.write(`${words(error)}\n${usage}\n`);
    return 2;
  }
  const handle = options.log === undefined ? undefined : openSync(options.log, 'a');
  try {
    const plant = await startPlant(spec, logTo(handle));
    const stopped = untilStopped(plant, options['until-stdin-ends'] ?? false);
    say({ addresses: plant.addresses });
    await stopped;
    await plant.stop();
    return 0;
  } catch (error) {
    process.stderr.write(`${words(error)}\n`);
    return 1;
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}
