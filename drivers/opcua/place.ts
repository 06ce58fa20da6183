import type { SettingFault } from '../streams/index.js';

/** The namespace of the standard itself; always index 0. */
export const standardNamespace = 'http://opcfoundation.org/UA/';

/** A node by what identifies it: `i=2258`, `s=Boiler.Level`, `g=…`, `b=…`. Undefined namespace: the device's own. */
export interface NodeName {
  readonly namespace: string | undefined;
  readonly id: string;
}

/** One step of a browse path. Undefined namespace: that of the step before, at first the device's own. */
export interface PathStep {
  readonly namespace: string | undefined;
  readonly name: string;
}

/** Where a node is: a node and steps from it, from the Objects folder when there is none. */
export interface Place {
  readonly start: NodeName | undefined;
  readonly path: readonly PathStep[];
}

const nodePattern = /^(?:nsu=([^;]+);)?([isgb]=.+)$/s;
const idPatterns = [
  /^i=\d{1,10}$/,
  /^s=.{1,4096}$/s,
  /^g=[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/,
  /^b=[A-Za-z0-9+/]+={0,2}$/,
];

/** `nsu=http://plant.example/;s=Boiler.Level` or `i=2258` (OPC 10000-6 §5.1.12). A namespace index is refused. */
export function parseNode(text: string): NodeName | SettingFault {
  if (/^ns=\d+;/.test(text)) return indexFault;
  const [, namespace, id] = nodePattern.exec(text) ?? [];
  const isKnown = id !== undefined && idPatterns.some((pattern) => pattern.test(id)) && Number(id.slice(2)) !== 2 ** 32;
  return isKnown ? { namespace, id } : nodeFault(text);
}

/** `nsu=http://plant.example/;Boiler` or `Boiler` (OPC 10000-6 §5.1.14). */
export function parseStep(text: string): PathStep | SettingFault {
  if (/^\d+:/.test(text) || /^ns=\d+;/.test(text)) return indexFault;
  const [, namespace, name = ''] = /^(?:nsu=([^;]+);)?(.+)$/s.exec(text) ?? [];
  return name === '' || name.startsWith('nsu=') ? stepFault(text) : { namespace, name };
}

/** A place below another: a tag's within its device. A tag named by its node stands for itself. */
export const below = (device: Place, tag: Place): Place =>
  tag.start ? tag : { start: device.start, path: [...device.path, ...tag.path] };

/** A place with every namespace written out. */
export function withNamespaces({ start, path }: Place, own: string): Place {
  let namespace = start?.namespace ?? own;
  const steps = path.map((step) => {
    namespace = step.namespace ?? namespace;
    return { namespace, name: step.name };
  });
  return { start: start && { namespace: start.namespace ?? own, id: start.id }, path: steps };
}

/** In the words of the site file. */
export function formatPlace({ start, path }: Place): string {
  const steps = path.map(({ namespace, name }) => (namespace === undefined ? name : `nsu=${namespace};${name}`));
  const node = start && (start.namespace === undefined ? start.id : `nsu=${start.namespace};${start.id}`);
  return [...(node === undefined ? [] : [node]), ...steps].join(' / ');
}

const indexFault: SettingFault = {
  what: {
    en: 'a namespace is given by its index, which a server may change at each start',
    zh: '用序号指定了命名空间，而服务器每次启动都可能改变序号',
  },
  remedy: {
    en: 'write its URI: `nsu=http://vendor.example/plant;s=Boiler.Level`, in a path `nsu=http://…;Boiler`',
    zh: '写命名空间 URI：`nsu=http://vendor.example/plant;s=Boiler.Level`，路径中写 `nsu=http://…;Boiler`',
  },
};

const nodeFault = (text: string): SettingFault => ({
  what: { en: `\`${text}\` is no node`, zh: `“${text}”不是节点` },
  remedy: {
    en: 'write `nsu=http://vendor.example/plant;s=Boiler.Level`; `i=` for a number, `g=` for a GUID, `b=` for base64',
    zh: '写成 `nsu=http://vendor.example/plant;s=Boiler.Level`；数字用 `i=`，GUID 用 `g=`，base64 用 `b=`',
  },
});

const stepFault = (text: string): SettingFault => ({
  what: { en: `\`${text}\` is no step of a browse path`, zh: `“${text}”不是浏览路径的一步` },
  remedy: {
    en: 'write browse names: `[nsu=http://vendor.example/plant;Boiler, Level]`',
    zh: '写浏览名称：`[nsu=http://vendor.example/plant;Boiler, Level]`',
  },
});
