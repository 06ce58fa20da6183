import type { AlarmDefinitionView } from '../../runtime/index.js';
import type { Cli } from '../cli.js';
import { Failure } from '../failure.js';
import type { GatewayClient } from '../gateway-client.js';

/** Candidates a message names. */
const namedMax = 10;

/** The definitions whose key contains `part`; all of them where it is empty. */
export const definitionsWith = (client: GatewayClient, part: string): Promise<AlarmDefinitionView[]> =>
  client.get<AlarmDefinitionView[]>(`/api/alarms/definitions?key=${encodeURIComponent(part)}`);

/** The keys a person may mean: the whole key, else those that have the part between slashes, else those that contain it. */
export function keysMeant(keys: readonly string[], part: string): readonly string[] {
  if (keys.includes(part)) return [part];
  const whole = keys.filter((key) => `/${key}/`.includes(`/${part}/`));
  return whole.length > 0 ? whole : keys.filter((key) => key.includes(part));
}

/**
 * The key of the one alarm a person means: a whole key, or a part that no other key has. Ends the command otherwise: which
 * of several alarms is acted on is never guessed, not even when only one of them stands.
 */
export async function keyOf(cli: Cli, client: GatewayClient, part: string): Promise<string> {
  const all = (await definitionsWith(client, part)).map(({ key }) => key);
  const keys = keysMeant(all, part);
  const [only, ...others] = keys;
  if (only === undefined) throw new Failure(cli.m.alarms.noKey({ part }), 'wrong');
  if (others.length === 0) return only;
  const named = keys.slice(0, namedMax).map((key) => `  ${key}`);
  const more = keys.length > namedMax ? [`  ${cli.m.alarms.moreKeys({ count: keys.length - namedMax })}`] : [];
  throw new Failure([cli.m.alarms.manyKeys({ part }), ...named, ...more].join('\n'), 'wrong');
}
