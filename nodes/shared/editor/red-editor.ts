/** The small part of Node-RED's editor that the forms use, typed. */

export interface EditorNode {
  readonly id: string;
  readonly type: string;
  readonly _def: { readonly category: string };
  /** Looks a text up in the node's own catalogue. */
  _(key: string, values?: Readonly<Record<string, string | number>>): string;
}

interface Query {
  on(events: string, listener: () => void): void;
  trigger(event: string): void;
}

interface Request {
  readonly method: string;
  readonly url: string;
  readonly dataType: "json";
  readonly data?: string;
  readonly contentType?: string;
  success(answer: unknown): void;
  error(failure: { readonly status: number; readonly responseJSON?: { readonly message?: string; readonly why?: string | null } }): void;
}

declare global {
  var RED: {
    _(key: string, values?: Readonly<Record<string, string | number>>): string;
    /** Where pages of flows begin; "/" when it is not set. */
    readonly settings: { readonly httpNodeRoot?: string };
    readonly nodes: { node(id: string): Readonly<Record<string, unknown>> | null | undefined };
  };
  /** Node-RED sets fields through jQuery, whose events reach only listeners that jQuery knows; its requests say who is signed in. */
  var $: ((element: Element) => Query) & { ajax(request: Request): unknown };
}
