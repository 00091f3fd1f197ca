/** Environment variables in the place of a setting. Node-RED puts their value in when the flows start; only the run time can check it. */

/** As Node-RED knows them: `${NAME}`, and `$(NAME)` from its early days. */
const VARIABLE = /^\$(?:\{[^}\s]+\}|\([^)\s]+\))$/;

export const isVariable = (value: unknown): value is string => typeof value === "string" && VARIABLE.test(value);
