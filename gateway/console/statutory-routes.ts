import { z } from 'zod';
import type { Json } from '../contract/index.js';
import type { Proposal, StatutoryView } from '../runtime/index.js';
import type { ConsoleParts } from './parts.js';
import { failed, ok, type Route, route } from './route.js';
import { failure } from './schemas.js';

/** Site file and profiles as text; more is answered with 413. */
const filesBytesMax = 2 * 2 ** 20;
/** Profiles a site names, and its own file. */
const filesMax = 200;

const json: z.ZodType<Json> = z.json();

const change = z
  .strictObject({
    device: z.string(),
    tag: z.string(),
    what: z.string().describe('Readable path: `scale`, `rules.methane.HH`'),
    from: json.describe('null where there was none'),
    to: json.describe('null where there is none any more'),
  })
  .meta({ id: 'StatutoryChange' });

const hash = () => z.string().describe('SHA-256 over the files, hex');
const approved = { configuration: hash(), changes: z.array(change).readonly() };
const approvers = z.array(z.string()).readonly().describe('Who approved exactly this');

const proposal = z
  .strictObject({
    ...approved,
    applied: hash().describe('Of the configuration that runs'),
    approvers,
    isApproved: z.boolean().describe('A restart with these files applies it'),
  })
  .meta({ id: 'StatutoryProposal' }) satisfies z.ZodType<Proposal>;

const underWay = z
  .strictObject({
    heldBack: z
      .strictObject({ ...approved, approvers })
      .nullable()
      .describe('Was to be applied at the start'),
    approvals: z
      .array(z.strictObject({ ...approved, applied: hash(), who: z.string(), time: z.string().nullable() }))
      .readonly(),
  })
  .meta({ id: 'Statutory' }) satisfies z.ZodType<StatutoryView>;

const body = z.strictObject({
  files: z
    .record(z.string().min(1).max(200), z.string())
    .refine((files) => Object.keys(files).length <= filesMax, { message: `at most ${filesMax} files` })
    .describe('The site file first, then the profiles it names: name → text'),
});

/**
 * Changes of what the law protects. The gateway reads the files itself: what people approve is what they would change,
 * not what somebody says they would.
 */
export function statutoryRoutes({ view, acts }: Pick<ConsoleParts, 'view' | 'acts'>): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/statutory',
      summary: 'A site file that was held back at the start, and approvals that stand',
      access: 'reader',
      answers: { 200: { description: 'Under way now', schema: underWay } },
      handle: async () => ok(await view.statutory()),
    }),
    route({
      method: 'POST',
      path: '/api/statutory/proposal',
      summary: 'What some site files would change of streams that the law protects; changes nothing',
      access: 'engineer',
      body,
      bodyBytesMax: filesBytesMax,
      answers: {
        200: { description: 'Each change with old and new', schema: proposal },
        409: { description: 'The files could not run', schema: failure },
      },
      handle: async ({ body: { files } }) => {
        const found = await view.proposal(files);
        return 'configuration' in found ? ok(found) : failed(409, found);
      },
    }),
    route({
      method: 'POST',
      path: '/api/statutory/approve',
      summary: 'Approve, as one of two people, what some site files change of streams that the law protects',
      access: 'engineer',
      body,
      bodyBytesMax: filesBytesMax,
      answers: {
        200: { description: 'It is approved by you, and on the disk', schema: proposal },
        409: { description: 'The files could not run, or nobody has to approve them', schema: failure },
      },
      handle: async ({ body: { files }, who }) => {
        const result = await acts.approveStatutory(who, files);
        return result.outcome === 'approved' ? ok(result.proposal) : failed(409, result.refusal);
      },
    }),
  ];
}
