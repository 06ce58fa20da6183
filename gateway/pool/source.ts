import type { LaneName } from '../contract/index.js';

/** One journal of one site. */
export interface Source {
  readonly urn: string;
  readonly site: string;
  readonly epoch: string;
}

/** Site names are those a site file may hold; they become file names here, so nothing else is let in. */
const sitePattern = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$/u;
const urnPattern = /^urn:sluice:([^:]+):([A-Za-z0-9-]{1,64})$/;
/** A file name holds 255 bytes at most; epoch, lane and endings take up to 90. */
const siteBytesMax = 160;

/** Reads `urn:sluice:<site>:<epoch>`; undefined when it is none. */
export function parseSource(urn: string): Source | undefined {
  const [, encoded, epoch] = urnPattern.exec(urn) ?? [];
  if (encoded === undefined || epoch === undefined) return undefined;
  const site = decoded(encoded);
  if (site === undefined || !sitePattern.test(site) || Buffer.byteLength(site) > siteBytesMax) return undefined;
  return { urn, site, epoch };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** `<site>_<epoch>_<lane>`: what the files of a lane begin with. */
export const fileStem = ({ site, epoch }: Source, lane: LaneName): string => `${site}_${epoch}_${lane}`;

const stemPattern = /^(.+)_([A-Za-z0-9-]{1,64})_(samples|alarms)$/;

/** The source and lane a file stem names; undefined when it is no file of ours. */
export function parseFileStem(stem: string): { source: Source; lane: LaneName } | undefined {
  const [, site, epoch, lane] = stemPattern.exec(stem) ?? [];
  const source = site && parseSource(`urn:sluice:${encodeURIComponent(site)}:${epoch}`);
  return source ? { source, lane: lane as LaneName } : undefined;
}
