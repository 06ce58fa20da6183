import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ValueView } from '../../gateway/runtime/index.js';
import type { PackedTag } from './types-field.js';

const run = promisify(execFile);

/** Six significant digits are what mbpoll prints of a float. */
const floatError = 1e-5;

/** How mbpoll is asked for this type and order; undefined where it has none. */
function argumentsFor({ type, order, register, bit }: PackedTag): readonly string[] | undefined {
  const [table, start] = register.split(' ') as [string, string];
  const at = ['-0', '-r', start, '-c', '1'];
  if (table === 'coil' || table === 'discrete') return ['-t', table === 'coil' ? '0' : '1', ...at];
  if (bit !== undefined || (order !== 'ABCD' && order !== 'CDAB')) return undefined;
  const number = table === 'holding' ? '4' : '3';
  const wordOrder = order === 'ABCD' ? ['-B'] : [];
  if (type === 'uint16') return ['-t', number, ...at];
  if (type === 'int32') return ['-t', `${number}:int`, ...wordOrder, ...at];
  if (type === 'float32') return ['-t', `${number}:float`, ...wordOrder, ...at];
  return undefined;
}

export const isMbpollType = (tag: PackedTag): boolean => argumentsFor(tag) !== undefined;

/** True when mbpoll reads what the gateway says. */
export async function mbpollAgrees(tag: PackedTag, unit: number, port: number, said: ValueView): Promise<boolean> {
  const args = [...(argumentsFor(tag) ?? []), '-1', '-a', String(unit), '-p', String(port), '127.0.0.1'];
  const { stdout } = await run('mbpoll', args);
  const printed = /^\[\d+\]:\s+(\S+)/m.exec(stdout)?.[1];
  if (printed === undefined) return false;
  if (said.value === null) return /nan|inf/i.test(printed);
  const [theirs, ours] = [Number(printed), Number(said.value)];
  return tag.type === 'float32' ? Math.abs(theirs - ours) <= Math.abs(ours) * floatError : theirs === ours;
}
