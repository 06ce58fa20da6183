import { test } from '@jest/globals';
import { mkdtemp, chmod } from 'node:fs/promises';
import { scan } from '../../../prove/scan.js';
test('run', async () => {
  const folder = await mkdtemp('/tmp/k4/p-');
  await chmod(folder, 0o755);
  const f = await scan.run({
    isFull: process.env['FULL'] === '1',
    seed: Number(process.env['SEED']),
    folder,
    say: (l) => process.stdout.write(l + '\n'),
  });
  process.stdout.write(
    f
      .map((x) => (x.holds ? 'holds ' : 'SHORT ') + x.what + '  ' + x.figure + ' (wanted: ' + x.wanted + ')')
      .join('\n') + '\n',
  );
}, 6000000);
