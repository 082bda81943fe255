/** Deliveries and retained messages that one client may cost in one turn of the event loop, for which all others wait. */
export const turnCostMax = 20_000
