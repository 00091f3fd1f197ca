/** Node-RED's administration over HTTP, as the editor uses it. */

export interface FlowNode {
  readonly id: string;
  readonly type: string;
  readonly name?: string;
}

export interface NodeSet {
  readonly id: string;
  readonly module: string;
  readonly types: readonly string[];
  readonly enabled: boolean;
  /** Why the set did not load. */
  readonly err?: string;
}

export class Admin {
  readonly #address: string;

  constructor(address: string) {
    this.#address = address;
  }

  /** @throws Error with the answer's text when it is not a success. */
  async #ask(path: string, init: RequestInit = {}): Promise<Response> {
    const response = await fetch(`${this.#address}${path}`, {
      ...init,
      headers: { accept: "application/json", "content-type": "application/json", "Node-RED-API-Version": "v2", ...init.headers },
    });
    if (!response.ok) {
      throw new Error(`${init.method ?? "GET"} ${path}: ${response.status} ${await response.text()}`);
    }
    return response;
  }

  async nodeSets(): Promise<readonly NodeSet[]> {
    return (await this.#ask("/nodes")).json() as Promise<readonly NodeSet[]>;
  }

  /** Names of the examples of `module`, as the import dialog lists them: files with their names, folders as plain words. */
  async examples(module: string): Promise<readonly string[]> {
    const entries = (await (await this.#ask(`/library/examples/flows/${module}`)).json()) as readonly (string | { readonly fn: string })[];
    return entries.filter((entry) => typeof entry !== "string").map(({ fn }) => fn);
  }

  async example(module: string, name: string): Promise<readonly FlowNode[]> {
    const path = `${module}/${encodeURIComponent(name)}`;
    return (await this.#ask(`/library/examples/flows/${path}`)).json() as Promise<readonly FlowNode[]>;
  }

  async deploy(flows: readonly object[], kind: "full" | "nodes" | "flows" = "full"): Promise<void> {
    await this.#ask("/flows", { method: "POST", body: JSON.stringify({ flows }), headers: { "Node-RED-Deployment-Type": kind } });
  }

  /** Presses the button of an inject node. */
  async inject(id: string): Promise<void> {
    await this.#ask(`/inject/${id}`, { method: "POST" });
  }
}
