/** A hand-written client of the link: sends any bytes, keeps all it hears. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { FrameDecoder } from "#link/framing";
import { LINK_PROTOCOL } from "#link/messages";

export type Raw = Record<string, unknown>;

export class RawClient {
  readonly socket: Socket;
  readonly heard: Raw[] = [];
  readonly #decoder = new FrameDecoder();

  constructor(path: string) {
    this.socket = connect(path);
    this.socket.on("error", () => {});
    this.socket.on("data", (chunk) => {
      this.#decoder.push(chunk);
      for (let frame = this.#decoder.next(); frame !== null; frame = this.#decoder.next()) this.heard.push(frame as Raw);
    });
  }

  send(frame: unknown): void {
    this.socket.write(`${JSON.stringify(frame)}\n`);
  }

  hello(): void {
    this.send({ frame: "hello", protocol: LINK_PROTOCOL, client: "raw" });
  }

  /** The next frame of that kind, also one heard before. */
  async hear(kind: string, where: (frame: Raw) => boolean = () => true): Promise<Raw> {
    for (;;) {
      const found = this.heard.find((frame) => frame.frame === kind && where(frame));
      if (found !== undefined) return found;
      if (this.socket.destroyed) throw new Error(`closed without a ${kind}; heard ${JSON.stringify(this.heard).slice(0, 300)}`);
      await new Promise<void>((resolve) => {
        const go = (): void => {
          this.socket.off("data", go);
          this.socket.off("close", go);
          resolve();
        };
        this.socket.on("data", go);
        this.socket.on("close", go);
      });
    }
  }

  async closed(): Promise<void> {
    if (!this.socket.closed) await once(this.socket, "close");
  }
}
