import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Publishes one message by mosquitto_pub; resolves when it has ended. */
export async function mosquittoPub(port: number, topic: string, message: string, ...more: string[]): Promise<void> {
  const args = ['-h', '127.0.0.1', '-p', String(port), '-q', '1', '-t', topic, '-m', message, ...more];
  const child = spawn('mosquitto_pub', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`mosquitto_pub ended with ${code}`);
}

/**
 * Publishes each line as a message of its own over one connection; resolves when mosquitto_pub has ended. Its 2.0.11 now
 * and then forgets a line until it has something else to send: at the latest the ping of its keep-alive, 5 s.
 */
export async function mosquittoPubLines(port: number, topic: string, lines: readonly string[]): Promise<void> {
  const args = ['-h', '127.0.0.1', '-p', String(port), '-q', '1', '-k', '5', '-t', topic, '-l'];
  const child = spawn('mosquitto_pub', args, { stdio: ['pipe', 'ignore', 'inherit'] });
  child.stdin.end(`${lines.join('\n')}\n`);
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`mosquitto_pub ended with ${code}`);
}
