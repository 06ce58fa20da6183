import { watch } from 'node:fs';

/**
 * Calls `changed` when the system says so. A hint alone: a network share tells nothing of what others write, and a full
 * queue drops events, so the folder is looked at regularly all the same. The function returned ends it.
 */
export function hintOfChanges(folder: string, changed: () => void): () => void {
  try {
    const watcher = watch(folder, changed);
    watcher.on('error', () => watcher.close());
    return () => watcher.close();
  } catch {
    return () => undefined;
  }
}
