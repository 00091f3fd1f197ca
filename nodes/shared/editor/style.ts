/** How the forms look, in the editor's own colours, light or dark. */

const STYLE = `
.j1772-form .form-row > label { width: 150px; vertical-align: middle; }
.j1772-form .form-row > select { width: calc(100% - 160px); }
.j1772-form .form-row > input[type="text"][inputmode="decimal"] { width: 90px; text-align: right; }
.j1772-form .form-row > input[type="text"]:not([inputmode]) { width: calc(100% - 160px); }
.j1772-form .form-row > input[type="password"] { width: calc(100% - 160px); }
.j1772-form .form-row > input[type="checkbox"] { width: auto; margin: 0; }
.j1772-form .j1772-about { display: block; margin: 4px 0 0 155px; color: var(--red-ui-secondary-text-color); }
.j1772-form .form-row > div { width: calc(100% - 160px) !important; }
.j1772-form .form-row > label + output { margin-left: 5px; }
.j1772-form .form-row[hidden], .j1772-form .form-row:has(> output:empty) { display: none; }
.j1772-dialog { width: 480px; max-width: 92vw; padding: 16px 20px; border: 1px solid var(--red-ui-primary-border-color); border-radius: 4px; color: var(--red-ui-primary-text-color); background: var(--red-ui-primary-background); }
.j1772-dialog::backdrop { background: rgb(0 0 0 / 40%); }
.j1772-dialog h3 { margin: 0 0 8px; font-size: 16px; line-height: 1.3; }
.j1772-dialog-body { min-height: 130px; }
.j1772-dialog table { width: 100%; margin: 8px 0; border-collapse: collapse; }
.j1772-dialog :is(td, th) { padding: 4px 8px; text-align: right; border-bottom: 1px solid var(--red-ui-secondary-border-color); }
.j1772-dialog :is(td, th):first-child { text-align: left; }
.j1772-dialog input { width: 90px; margin: 0; text-align: right; }
.j1772-dialog label { display: inline; }
.j1772-dialog-wrong { padding-left: 8px; border-left: 3px solid var(--red-ui-text-color-error); }
.j1772-dialog-wrong p { margin: 0; }
.j1772-dialog-detail { color: var(--red-ui-secondary-text-color); }
.j1772-dialog-buttons { display: flex; justify-content: flex-end; gap: 8px; margin-top: 12px; }
.j1772-form .j1772-preview { display: block; width: 100%; max-width: 440px; }
.j1772-form .j1772-expert > summary { cursor: pointer; margin: 12px 0; color: var(--red-ui-text-color-link); }
.j1772-form .j1772-expert:not(:has(> .form-row:not([hidden]))) { display: none; }
`;

/** Adds the style once, however many forms are opened. */
export function addStyle(): void {
  if (document.getElementById("j1772-style")) return;
  const style = document.createElement("style");
  style.id = "j1772-style";
  style.textContent = STYLE;
  document.head.append(style);
}
