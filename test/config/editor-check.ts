import Fastify from 'fastify';

/** Tells what is wrong with `data` by the schema at `ref` (`#` is the whole of it); empty where nothing is. */
export type EditorCheck = (ref: string, data: unknown) => readonly string[];

/** What an editor holds a file against: a JSON Schema, by the validator of the web server. A foreign keyword throws. */
export async function editorCheck(schema: object): Promise<EditorCheck> {
  const asWritten = { coerceTypes: false, removeAdditional: false, useDefaults: false } as const;
  const app = Fastify({ ajv: { customOptions: { ...asWritten, allErrors: true, strictTypes: false } } });
  app.addSchema({ ...schema, $id: 'site' });
  app.post('/', { schema: { body: { $ref: 'site#' } } }, () => '');
  await app.ready();
  const { validatorCompiler: compile } = app;
  if (!compile) throw new Error('the web server has no validator');
  return (ref, data) => {
    const check = compile({ schema: { $ref: `site${ref}` }, method: 'POST', url: '/', httpPart: 'body' });
    if (check(data) === true) return [];
    return (check.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
  };
}
