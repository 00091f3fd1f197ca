/** Which faults a node speaks about. */
import type { FaultMessage } from "#link/messages";

export { mostSevere } from "#core/evse/faults";

const GROUND_FAULTS: ReadonlySet<string> = new Set(["GroundFault", "GroundFaultDc", "GfciSelfTestFailed"]);

/** True for a fault that the ground-fault interrupter found, in the current or in itself. */
export const isGroundFault = (name: string | undefined): boolean => name !== undefined && GROUND_FAULTS.has(name);

export const groundFault = (faults: readonly FaultMessage[]): FaultMessage | undefined => faults.find(({ name }) => isGroundFault(name));
