import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';

const chunkBytes = 1024 * 1024;

/** Copies one file and syncs the copy; resolves to its bytes. What is appended meanwhile may or may not be in it. */
async function copyFile(from: string, to: string, onBytes: (count: number) => void): Promise<void> {
  const source = await open(from, 'r');
  try {
    const target = await open(to, 'wx', 0o640);
    try {
      const buffer = Buffer.allocUnsafe(chunkBytes);
      for (let at = 0; ; ) {
        const { bytesRead } = await source.read(buffer, 0, chunkBytes, at);
        if (bytesRead === 0) break;
        await target.write(buffer, 0, bytesRead, at);
        at += bytesRead;
        onBytes(bytesRead);
      }
      await target.sync();
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

/** Makes the names in a folder survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Copies files from one folder to another, in this order, each synced. A file that retention has removed meanwhile is
 * passed over. Resolves to the bytes copied; `onShare` is told how much of the whole is done, 0…1.
 */
export async function copyFiles(
  names: readonly string[],
  from: string,
  to: string,
  onShare: (share: number) => void,
): Promise<number> {
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(from, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  const total = Math.max(
    1,
    sizes.reduce((sum, size) => sum + size, 0),
  );
  let bytes = 0;
  for (const name of names) {
    const copied = copyFile(join(from, name), join(to, name), (count) => {
      bytes += count;
      onShare(Math.min(1, bytes / total));
    });
    await copied.catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }
  await syncFolder(to);
  return bytes;
}
