/** One site at work: its desk, its pages and its wires. */

import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Delivery } from "#bridges/bays/delivery";
import { takeText } from "#bridges/bays/inbound";
import { Keeper } from "#bridges/bays/keeper";
import { sendPush } from "#bridges/bays/push";
import { newKey } from "#bridges/bays/routes-member";
import { Secrets } from "#bridges/bays/secrets";
import type { SiteFacts } from "#bridges/bays/site-facts";
import { SitePages } from "#bridges/bays/site-pages";
import { Streams } from "#bridges/bays/streams";
import { cleanNickname } from "#core/bays/register";
import { type BoardView, boardView } from "#core/bays/views";
import { MessageError } from "#core/errors";
import type { Instant } from "#core/units/units";
import type { DocumentStore } from "#ports/document-store";
import type { FlowMessage, NodeStatus, Translate } from "../shared/red.ts";
import type { Scheduler } from "../shared/scheduler.ts";
import { cutToFit } from "../shared/status-text.ts";
import { type BoardReport, reportOfDelivery } from "./bay-alert.outputs.ts";
import { type BayRequest, readBayMessage } from "./bay-input.ts";
import { readyMessage } from "./ready-message.ts";
import type { SiteKeys } from "./site-key.ts";

/** A store that could not be read is asked again after this long, ms. */
const RETRY = 10_000;
/** Node-RED gives a node 15 s to close; a store that does not answer gets less, ms. */
const LONGEST_CLOSE = 10_000;

export interface BaySiteOptions {
  readonly site: SiteFacts;
  readonly keys: SiteKeys;
  readonly documents: DocumentStore;
  readonly collection: string;
  /** Twilio's account token; empty where no text messages are taken. */
  readonly smsToken: string;
  /** Whom a push service may turn to. */
  readonly contact: string;
  /** Monotonic, ms. */
  readonly now: () => Instant;
  readonly scheduler: Scheduler;
  readonly t: Translate;
  readonly send: (messages: readonly (FlowMessage | null)[]) => void;
  readonly show: (status: NodeStatus) => void;
  readonly warn: (text: string) => void;
  readonly error: (error: unknown) => void;
}

export class BaySite {
  readonly #options: BaySiteOptions;
  readonly #keeper: Keeper;
  readonly #pages: SitePages;
  readonly #streams: Streams;
  readonly #stopWatching: () => void;
  /** Rejects when the store could not be read; nothing is done at a desk that does not know who is who. */
  #opened: Promise<void>;
  #isOpen = false;
  #closed = false;
  #cancelRetry = (): void => {};
  #problem = "";

  constructor(options: BaySiteOptions) {
    const { site, keys, documents, collection, now, scheduler } = options;
    this.#options = options;
    this.#keeper = new Keeper(site, {
      store: documents,
      collection,
      secrets: new Secrets(keys.key),
      chance: { id: () => randomBytes(16).toString("base64url"), bytes: (count) => randomBytes(count) },
      now: () => ({ at: now(), wall: scheduler.wall() }),
      after: (ms, then) => scheduler.after(ms, then),
      deliver: (delivery) => this.#deliver(delivery),
      problem: (text) => this.#complain(text),
    });
    this.#streams = new Streams(this.#keeper, scheduler);
    const counter = { keeper: this.#keeper, streams: this.#streams, push: keys.vapid, smsToken: options.smsToken || null };
    this.#pages = new SitePages(counter, options.error);
    this.#stopWatching = this.#keeper.watch("board", () => this.#boardChanged());
    options.show({ fill: "blue", shape: "ring", text: options.t("bays.opening") });
    this.#opened = this.#open();
    this.#opened.catch((error: Error) => options.error(error));
  }

  async #open(): Promise<void> {
    const { show, t, scheduler } = this.#options;
    try {
      await this.#keeper.open();
    } catch (error) {
      if (this.#closed) throw error;
      show({ fill: "red", shape: "ring", text: t("bays.noStore") });
      this.#cancelRetry = scheduler.after(RETRY, () => {
        this.#opened = this.#open();
        this.#opened.catch(() => {});
      });
      throw error;
    }
    if (this.#closed) return;
    this.#isOpen = true;
    this.#showBoard(this.#keeper.look(boardView));
  }

  handle(request: IncomingMessage, response: ServerResponse, path: string): void {
    if (this.#isOpen) void this.#pages.handle(request, response, path);
    else response.writeHead(503, { "Retry-After": "5", "Cache-Control": "no-store" }).end();
  }

  /** @throws MessageError for what cannot be understood, StoreUnavailable when the site could not be opened */
  async receive(msg: FlowMessage): Promise<void> {
    const read = readBayMessage(msg, this.#options.scheduler.wall());
    await this.#opened;
    switch (read.about) {
      case "nothing":
        return;
      case "charger":
        this.#keeper.turn((desk, now) => desk.heard(read.bay, read.says, now));
        return;
      case "reply": {
        const { understood, text } = takeText(this.#keeper, { address: read.from, kind: read.kind, text: read.text, reply: read.reply });
        this.#options.send([null, null, null, { ...msg, payload: { to: read.from, understood, text } }]);
        return;
      }
      case "request":
        this.#options.send([null, null, null, { ...msg, payload: this.#answer(read.request) }]);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelRetry();
    this.#stopWatching();
    this.#streams.close();
    let callOff = (): void => {};
    const late = new Promise<true>((resolve) => {
      callOff = this.#options.scheduler.after(LONGEST_CLOSE, () => resolve(true));
    });
    const closed = this.#opened.catch(() => {}).then(() => this.#keeper.close());
    if ((await Promise.race([closed, late])) === true)
      this.#complain("The store did not answer in time; the last changes may not be kept.");
    callOff();
  }

  #answer(request: BayRequest): object {
    const keeper = this.#keeper;
    switch (request.do) {
      case "invite": {
        const nickname = cleanNickname(request.nickname);
        const { mark, link } = newKey(keeper);
        const added =
          nickname === null
            ? null
            : keeper.turn((desk, now) => desk.addPerson(nickname, request.language ?? keeper.site.language, mark, now));
        if (!added?.ok) throw new MessageError("notInvited", "nickname: expected a name, and room for one more member.");
        return { do: request.do, member: added.value.id, nickname: added.value.nickname, link };
      }
      case "newLink": {
        const { mark, link } = newKey(keeper);
        const renewed = keeper.turn((desk, now) => desk.register.renewKey(request.member, mark, now.wall));
        if (!renewed.ok) throw unknownMember(request.member);
        return { do: request.do, member: request.member, link };
      }
      case "forget":
        if (keeper.look((desk) => desk.register.person(request.member)) === null) throw unknownMember(request.member);
        keeper.turn((desk, now) => desk.forget(request.member, now));
        return { do: request.do, member: request.member };
      case "members":
        return {
          do: request.do,
          members: keeper.look((desk) => [...desk.register.persons()].map(({ id, nickname, since }) => ({ member: id, nickname, since }))),
        };
      case "board":
        return { do: request.do, ...reportOfBoard(keeper.look(boardView)) };
    }
  }

  #deliver(delivery: Delivery): void {
    if (delivery.kind === "push") {
      void this.#push(delivery);
      return;
    }
    const report = reportOfDelivery(delivery);
    if (report !== null) this.#options.send([{ topic: report.title, payload: report }, readyMessage(report), null, null]);
  }

  async #push(delivery: Delivery): Promise<void> {
    const { keys, contact, site } = this.#options;
    const subject = contact === "" ? site.publicUrl : contact.includes(":") ? contact : `mailto:${contact}`;
    const pushed = await sendPush(delivery, keys.vapid, subject);
    if (pushed === "gone") this.#keeper.turn((desk) => desk.forgetAddress(this.#keeper.secrets.mark("address", delivery.address)));
    else if (pushed === "failed") this.#complain("A browser could not be told; its push service refused or did not answer.");
  }

  #boardChanged(): void {
    const board = this.#keeper.look(boardView);
    this.#showBoard(board);
    this.#options.send([null, null, { topic: this.#options.site.name, payload: reportOfBoard(board) }, null]);
  }

  #showBoard({ bays, groups }: BoardView): void {
    const { show, t } = this.#options;
    const free = bays.filter(({ use }) => use === "free").length;
    const waiting = groups.reduce((sum, group) => sum + group.waiting.length, 0);
    const text = t(waiting === 0 ? "bays.free" : "bays.freeAndWaiting", { free, bays: bays.length, waiting });
    show({ fill: waiting > 0 ? "blue" : "green", shape: free > 0 ? "ring" : "dot", text: cutToFit(text) });
  }

  /** Once for each kind of trouble in a row. */
  #complain(text: string): void {
    const kind = text.replace(/^\d+ /, "");
    if (kind === this.#problem) return;
    this.#problem = kind;
    this.#options.warn(text);
  }
}

const unknownMember = (member: string): MessageError =>
  new MessageError("unknownMember", `member: expected the id of a member, as "members" tells them, got "${member.slice(0, 40)}".`);

/** What a wall display or Home Assistant needs, without names. */
function reportOfBoard({ bays, groups }: BoardView): BoardReport {
  return {
    bays: bays.map(({ nickname: _, ...bay }) => ({ ...bay })),
    waiting: groups.map(({ group, waiting, longestWaitMs, meanWaitMs }) => ({ group, count: waiting.length, longestWaitMs, meanWaitMs })),
  };
}
