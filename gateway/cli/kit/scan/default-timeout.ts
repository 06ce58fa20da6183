/** Most units have begun to answer by then; what comes later is heard all the same while others are asked. */
export const defaultTimeoutMs = { serial: 120, tcp: 400 } as const;
