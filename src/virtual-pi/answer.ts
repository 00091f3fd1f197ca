/** What a command comes to. */
import type { CommandName } from "#pi/protocol/commands";
import type { Request } from "#pi/protocol/frames";

/** A result by itself, or with the bytes whose length it is. */
export type Answer = number | Uint8Array;

/** The commands of one part of the daemon. */
export type Handlers = Partial<Readonly<Record<CommandName, (request: Request) => Answer>>>;
