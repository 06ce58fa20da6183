import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { SerialPort } from 'serialport';

const run = promisify(execFile);

/** What mbpoll printed of one unit at one poll. */
export interface Polled {
  readonly unit: number;
  readonly values: readonly number[];
}

/** Longer than any answer takes. */
const answerMs = 200;
const line = ['-m', 'rtu', '-b', '19200', '-P', 'none', '-0', '-o', '0.2'];

/** Values as mbpoll prints them: `-- Polling slave 3...`, then `[0]: 	30008` a value, or what failed. */
function parse(said: string): Polled[] {
  const polled: Polled[] = [];
  for (const part of said.split(/^-- Polling slave /m).slice(1)) {
    const unit = Number(/^\d+/.exec(part)?.[0]);
    const values = [...part.matchAll(/^\[\d+\]:\s+(\S+)/gm)].map((match) => Number(match[1]));
    if (values.length > 0) polled.push({ unit, values });
  }
  return polled;
}

/** The answer to the last request may lie in the port still; the next master would take it for its own. */
async function drain(path: string): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, answerMs));
  const port = new SerialPort({ path, baudRate: 19_200, autoOpen: false });
  await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));
  await new Promise<void>((resolve) => port.flush(() => resolve()));
  await new Promise<void>((resolve) => port.close(() => resolve()));
}

/** Polls these units in turn until `isEnough`, which is asked each 20 ms; resolves to all it printed. */
export async function pollWith(
  port: string,
  units: readonly number[],
  what: readonly string[],
  isEnough: () => boolean,
): Promise<Polled[]> {
  const mbpoll = spawn('mbpoll', [...line, '-l', '20', '-a', units.join(','), ...what, port], {
    // What it says of each failed poll would fill a pipe that nobody reads, and stop it.
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let said = '';
  mbpoll.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()));
  const ended = once(mbpoll, 'close');
  while (!isEnough() && mbpoll.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 20));
  mbpoll.kill('SIGINT');
  await ended;
  await drain(port);
  return parse(said);
}

/** Writes these values to one unit, once. */
export async function writeWith(
  port: string,
  unit: number,
  what: readonly string[],
  values: readonly number[],
): Promise<void> {
  const args = [...line, '-1', '-a', String(unit), ...what, port, ...values.map(String)];
  const { stdout, stderr } = await run('mbpoll', args);
  if (!/^Written \d+ references?/m.test(stdout))
    throw new Error(`mbpoll ${args.join(' ')} wrote nothing: ${stdout}${stderr}`);
}
