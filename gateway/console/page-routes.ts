import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Route } from './route.js';

/** Beside the sources, and from the built code back beside them. */
const folders = ['./web/', '../../../gateway/console/web/'].map((path) => new URL(path, import.meta.url));

const files = [
  { path: '/', file: 'status.html', type: 'text/html', summary: 'The status page' },
  { path: '/status.css', file: 'status.css', type: 'text/css', summary: 'Its looks' },
  { path: '/alarms.css', file: 'alarms.css', type: 'text/css', summary: 'The looks of alarms' },
  { path: '/status.js', file: 'status.js', type: 'text/javascript', summary: 'Its program' },
  { path: '/render.js', file: 'render.js', type: 'text/javascript', summary: 'How it shows an overview' },
  { path: '/alarms.js', file: 'alarms.js', type: 'text/javascript', summary: 'How it shows alarms' },
  { path: '/modes.js', file: 'modes.js', type: 'text/javascript', summary: 'How it shows what is being worked on' },
  { path: '/dom.js', file: 'dom.js', type: 'text/javascript', summary: 'How it changes what has changed' },
  { path: '/format.js', file: 'format.js', type: 'text/javascript', summary: 'How it writes numbers and times' },
  { path: '/texts.js', file: 'texts.js', type: 'text/javascript', summary: 'Its words in each language' },
] as const;

/** The status page and what it needs, read once. Throws a sentence when the files are not where they belong. */
export function pageRoutes(): Route[] {
  const folder = folders.find((url) => existsSync(url));
  if (!folder) throw new Error(`the status page is missing; it should be in ${fileURLToPath(folders[1] as URL)}`);
  return files.map(({ path, file, type, summary }) => {
    const body = readFileSync(new URL(file, folder), 'utf8');
    return {
      method: 'GET',
      path,
      summary,
      access: 'reader',
      answers: { 200: { description: summary, type } },
      handle: () => ({ status: 200, body, type: `${type}; charset=utf-8` }),
    };
  });
}
