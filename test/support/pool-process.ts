import { startPool } from '../../gateway/pool/index.js';

/** The reference pool receiver as a process of its own: `pool-process FOLDER PORT`. Says `ready` when it listens. */
const [folder, port] = process.argv.slice(2) as [string, string];
const pool = await startPool({ host: '127.0.0.1', port: Number(port), folder });
process.stdout.write('ready\n');
process.once('SIGTERM', () => void pool.stop().then(() => process.exit(0)));
