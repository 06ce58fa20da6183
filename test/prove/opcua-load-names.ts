/** Monitored items of the load, and how many devices of the gateway they are spread over. */
export const loadItems = 5000;
export const loadDevices = 50;

/** Browse name and identifier of an item. */
export const loadItem = (n: number): string => `Load${n}`;
