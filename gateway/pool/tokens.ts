import { createHash, timingSafeEqual } from 'node:crypto';

const digestOf = (token: string): Buffer => createHash('sha256').update(token).digest();

/** True when `Authorization: Bearer …` carries one of the tokens. Takes as long for a wrong token as for a right one. */
export function isAllowed(authorization: string | undefined, tokens: readonly string[]): boolean {
  const said = digestOf(/^Bearer (.+)$/i.exec(authorization ?? '')?.[1] ?? '');
  return tokens.reduce((found, token) => timingSafeEqual(said, digestOf(token)) || found, false);
}
