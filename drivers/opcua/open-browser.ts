import type { BrowseOutcome, BrowseRequest } from './browse/browse-server.js';

/** Looks at a server's address space (see `browseServer`); what it takes is loaded now, and not with every command. */
export async function openBrowser(request: BrowseRequest, signal: AbortSignal): Promise<BrowseOutcome> {
  const { browseServer } = await import('./browse/browse-server.js');
  return browseServer(request, signal);
}
