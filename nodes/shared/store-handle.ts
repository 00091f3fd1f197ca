/** What the other nodes may know of a store. The store configuration node is the only one that makes it. */
import { ConfigError } from "#core/errors";
import type { SessionRecord } from "#core/session/record";
import type { DocumentStore } from "#ports/document-store";
import type { SessionStore } from "#ports/session-store";
import type { Red } from "./red.ts";

/**
 * open: what is written is kept at once · away: it cannot be reached, what is written waits in the spool ·
 * full: the spool is full too, the oldest samples of it are given up · unusable: a person is needed; `why` says what to do.
 */
export interface StoreHealth {
  readonly state: "opening" | "open" | "away" | "full" | "unusable";
  readonly why: string | null;
  /** Batches that wait. */
  readonly waiting: number;
}

export interface StoreListener {
  health?(health: StoreHealth): void;
  /** A session was opened, changed or closed by a node of this process. */
  session?(record: SessionRecord): void;
}

export interface StoreHandle {
  readonly name: string;
  /** Long questions run off the main thread. `append` resolves when the batch is durable in the store or in the spool. */
  readonly store: SessionStore;
  /** IANA name. */
  readonly timeZone: string;
  /** ISO 4217. */
  readonly currency: string;
  readonly health: StoreHealth;
  /** Tells every listener of this store, whichever of its configuration nodes it listens to. */
  announce(record: SessionRecord): void;
  /** @returns stops listening */
  listen(listener: StoreListener): () => void;
}

/** Of a store that also keeps what shared sites know. */
export interface DocumentHandle extends StoreHandle {
  readonly documents: DocumentStore;
}

/** The store configuration node as another node finds it. */
export interface StoreNode {
  /** Null when the store's own settings cannot be used. */
  readonly kept: DocumentHandle | null;
}

/**
 * The store that a node has chosen.
 * @throws ConfigError noStore when there is none, or its own settings cannot be used.
 */
export function storeOf({ nodes }: Red, id: string): DocumentHandle {
  const found = nodes.getNode(id);
  if (isStoreNode(found) && found.kept) return found.kept;
  throw new ConfigError("noStore", "This node has no store that works. Open it and choose one, then look at the store's own settings.");
}

export const isStoreNode = (node: unknown): node is StoreNode => typeof node === "object" && node !== null && "kept" in node;
