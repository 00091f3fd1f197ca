export { Senses, silent } from "#pi/senses";
