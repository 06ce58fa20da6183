import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** Two ends of a pseudo serial line, made by socat. */
export interface PtyPair {
  readonly near: string;
  readonly far: string;
  stop(): Promise<void>;
}

/** Resolves when bytes can pass. `name` is that of the line; its ends lie in `folder`. */
export async function startPtyPair(folder: string, name: string): Promise<PtyPair> {
  const [near, far] = [join(folder, `${name}-near`), join(folder, `${name}-far`)];
  const ends = [near, far].map((link) => `pty,raw,echo=0,link=${link}`);
  const socat = spawn('socat', ['-d', '-d', ...ends], { stdio: ['ignore', 'ignore', 'pipe'] });
  await new Promise<void>((resolve, reject) => {
    let said = '';
    socat.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('starting data transfer loop')) resolve();
    });
    socat.once('error', reject);
    socat.once('exit', () => reject(new Error(`socat ended: ${said}`)));
  });
  return {
    near,
    far,
    stop: async () => {
      if (socat.exitCode !== null || socat.signalCode !== null) return;
      const ended = once(socat, 'exit');
      socat.kill();
      await ended;
    },
  };
}
