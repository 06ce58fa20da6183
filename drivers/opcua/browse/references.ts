import type { BrowseResult, NodeId, ReferenceDescription } from 'node-opcua-client';
import type { Connection } from '../connection.js';
import { inBatches } from '../operation-limits.js';
import { isBadStatus, withoutInfo } from '../values/status-quality.js';
import { refusalName } from './refusal-name.js';

/** What a node refers to. */
export interface Referred {
  readonly references: ReferenceDescription[];
  /** There is more that was not asked for. */
  isCut: boolean;
  /** StatusCode by name, where the server does not tell. */
  readonly refused: string | undefined;
}

/** Properties MaxNodesPerBrowse of OperationLimits (OPC 10000-5 §6.3.11), and the value attribute. */
const browseLimitNode = { nodeId: 'i=11710', attributeId: 13 };
const usualAtOnce = 100;
/** References a server is asked for at once of one node; it may give fewer, the rest comes with BrowseNext. */
const pageMax = 1000;

const hierarchicalReferences = 'i=33';
const forward = 0;
/** Objects and variables (NodeClass, OPC 10000-3 §8.29). */
const nodeClasses = 1 | 2;
/** Every field of a reference. */
const allFields = 63;

const badNoContinuationPoints = 0x804b0000;

/** What lies below nodes, however many pages the server makes of it (Browse, BrowseNext, OPC 10000-4 §5.9). */
export class References {
  readonly #connection: Connection;
  readonly #atOnce: number;

  private constructor(connection: Connection, atOnce: number) {
    this.#connection = connection;
    this.#atOnce = atOnce;
  }

  static async of(connection: Connection): Promise<References> {
    const { value } = await connection.ask('read its browse limit', () => connection.session.read(browseLimitNode));
    const told: unknown = value?.value;
    return new References(connection, typeof told === 'number' && told > 0 ? Math.min(told, usualAtOnce) : usualAtOnce);
  }

  /** References of each node, `room` in all and a page more; what is beyond it is left with the server. */
  async below(nodes: readonly NodeId[], room: number): Promise<Referred[]> {
    let left = room;
    return inBatches(nodes, this.#atOnce, async (batch) => {
      const found = await this.#browse(batch, pageMax, (pages) => this.#turnPages(pages, left));
      left -= found.reduce((sum, { referred }) => sum + referred.references.length, 0);
      return found.map(({ referred }) => referred);
    });
  }

  /** Whether anything is below each node. */
  async areAny(nodes: readonly NodeId[]): Promise<boolean[]> {
    return inBatches(nodes, this.#atOnce, async (batch) => {
      const found = await this.#browse(batch, 1, (pages) => this.#release(pages));
      return found.map(({ referred: { references, isCut } }) => isCut || references.length > 0);
    });
  }

  /**
   * One page of each node, settled: no continuation point is left open. Nodes for which the server had none left are asked
   * one by one when the others are through; a request it refuses is halved down to the node it does not open.
   */
  async #browse(
    nodes: readonly NodeId[],
    perNode: number,
    settle: (pages: readonly Page[]) => Promise<void>,
  ): Promise<Page[]> {
    const { session } = this.#connection;
    session.requestedMaxReferencesPerNode = perNode;
    const asked = nodes.map((nodeId) => ({
      nodeId,
      referenceTypeId: hierarchicalReferences,
      browseDirection: forward,
      includeSubtypes: true,
      nodeClassMask: nodeClasses,
      resultMask: allFields,
    }));
    let results: readonly BrowseResult[];
    try {
      results = await this.#connection.ask('browse', () => session.browse(asked));
    } catch (error) {
      const refused = refusalName(error);
      if (refused === undefined) throw error;
      if (nodes.length === 1) return [emptyPage(refused)];
      const half = Math.ceil(nodes.length / 2);
      const first = await this.#browse(nodes.slice(0, half), perNode, settle);
      return [...first, ...(await this.#browse(nodes.slice(half), perNode, settle))];
    }
    assertEach(results, nodes.length);
    const pages = results.map(pageOf);
    await settle(pages);
    if (nodes.length === 1) return pages;
    for (const [at, result] of results.entries()) {
      if (!isCrowded(result)) continue;
      const [page] = await this.#browse([nodes[at] as NodeId], perNode, settle);
      pages[at] = page as Page;
    }
    return pages;
  }

  async #turnPages(pages: readonly Page[], room: number): Promise<void> {
    for (;;) {
      const open = pages.filter(({ next }) => next);
      if (open.length === 0) return;
      const count = pages.reduce((sum, { referred }) => sum + referred.references.length, 0);
      if (count >= room) return this.#release(open);
      const following = await this.#next(open, false);
      for (const [at, page] of open.entries()) {
        const { referred, next } = following[at] as Page;
        // One by one: there may be more than a call takes arguments.
        for (const reference of referred.references) page.referred.references.push(reference);
        if (referred.refused !== undefined) page.referred.isCut = true;
        page.empty = referred.references.length === 0 ? page.empty + 1 : 0;
        page.next = next;
      }
      await this.#release(open.filter(({ empty }) => empty >= emptyMax));
    }
  }

  /** The next page of each; what the server refuses to go on with ends here. */
  async #next(open: readonly Page[], isLast: boolean): Promise<readonly Page[]> {
    const { session } = this.#connection;
    const points = open.map(({ next }) => next as Buffer);
    try {
      const results = await this.#connection.ask('browse on', () => session.browseNext(points, isLast));
      if (isLast) return [];
      assertEach(results, open.length);
      return results.map(pageOf);
    } catch (error) {
      const refused = refusalName(error);
      if (refused === undefined) throw error;
      return open.map(() => emptyPage(refused));
    }
  }

  /** Gives continuation points back: a server has few. */
  async #release(pages: readonly Page[]): Promise<void> {
    const open = pages.filter(({ next }) => next);
    if (open.length === 0) return;
    await this.#next(open, true);
    for (const page of open) {
      page.next = undefined;
      page.referred.isCut = true;
    }
  }
}

/** A server may answer in empty pages for ever. */
const emptyMax = 2;

const isCrowded = ({ statusCode }: BrowseResult): boolean => withoutInfo(statusCode.value) === badNoContinuationPoints;

interface Page {
  readonly referred: Referred;
  /** Pages without a reference, one after the other. */
  empty: number;
  next: Buffer | undefined;
}

const emptyPage = (refused: string): Page => ({
  referred: { references: [], isCut: false, refused },
  next: undefined,
  empty: 0,
});

function assertEach(results: readonly BrowseResult[] | null, count: number): asserts results {
  if (results?.length !== count) throw new Error(`the server gave ${results?.length ?? 0} results for ${count}`);
}

function pageOf({ statusCode, references, continuationPoint }: BrowseResult): Page {
  const refused = isBadStatus(statusCode.value) ? statusCode.name : undefined;
  const next = continuationPoint && continuationPoint.length > 0 ? continuationPoint : undefined;
  return { referred: { references: references ?? [], isCut: false, refused }, empty: 0, next };
}
