import type { DeviceConfig } from '../../../config/index.js';
import type { Tag } from '../../contract/index.js';
import type { Cli } from '../cli.js';
import { Failure } from '../failure.js';

const wrong = (message: string): Failure => new Failure(message, 'wrong');

/** Tag by heading; the last equals sign parts them, since headings are other people's. */
function tagsOf(cli: Cli, columns: readonly string[]): Map<string, string> {
  return new Map(
    columns.map((column) => {
      const [, header = '', tag = ''] = /^(.*)[=＝](.*)$/s.exec(column) ?? [];
      if (header.trim() === '' || tag.trim() === '') throw wrong(cli.m.replay.badColumn({ column }));
      return [header.trim(), tag.trim()] as const;
    }),
  );
}

/** A tag as far as its cells are concerned. */
export type NamedTag = Pick<Tag, 'name' | 'type'>;

/** What `--column` names: tags of a device by heading. Ends the command when it has none of such a name. */
export function namedTags(
  cli: Cli,
  { name: device, groups }: DeviceConfig,
  columns: readonly string[],
): Map<string, NamedTag> {
  const known = new Map<string, NamedTag>(
    groups.flatMap((group) => [
      ...group.tags.map((tag) => [tag.name, tag] as const),
      ...group.derived.map(({ name }) => [name, { name, type: 'number' }] as const),
    ]),
  );
  return new Map(
    [...tagsOf(cli, columns)].map(([header, tag]) => {
      const own = known.get(tag);
      if (!own) throw wrong(cli.m.replay.noTag({ device, tag, tags: [...known.keys()] }));
      return [header, own] as const;
    }),
  );
}
