interface Named {
  readonly name?: unknown;
}

/** What the library rejects with when a server refuses a service: the StatusCode stands in one of two places. */
interface Refusal {
  readonly statusCode?: Named;
  readonly response?: { readonly responseHeader?: { readonly serviceResult?: Named } };
}

/** The StatusCode a service was refused with, by name; undefined of any other error. */
export function refusalName(error: unknown): string | undefined {
  const { statusCode, response } = (error ?? {}) as Refusal;
  const name = statusCode?.name ?? response?.responseHeader?.serviceResult?.name;
  return typeof name === 'string' ? name : undefined;
}
